// Package input opens whatever audio arrives as samples of 16 kHz, mono: PCM,
// or WAV of any rate, width and channels, and other formats by way of ffmpeg,
// from a stream or a file.
//
// It joins voiceflow/pkg/audio, which knows the formats, and voiceflow/pkg/audio/soxr,
// which changes the rate. It does not decode compressed audio by itself and
// does not record.
package input

import (
	"fmt"
	"io"
	"math"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
)

// Reader gives the samples of a source at 16 kHz, mono. It is not for
// concurrent use.
type Reader struct {
	format audio.Format
	pcm    *audio.PCMReader // exactly one of pcm and wav is set
	wav    *audio.WAVReader
	mixer  *mixer // nil: wav has one channel
	judge  *judge // nil: pcm is believed to be PCM, or it is not PCM
	gain   float32
	clean  offset
	total  int64     // samples read
	ffmpeg *ffmpeg   // nil: it is not needed
	closer io.Closer // of what was opened here

	resampler *soxr.Resampler // nil if the rate of wav is 16 kHz
	frames    []float32       // of wav, mixed to one channel, reused
	channels  []float32       // of wav before, reused; nil: it has one
	raised    []float32       // output of the resampler, reused
	ready     []float32       // the part of raised that was not read yet
	err       error           // of wav; given out after what is ready
}

// Format is the format of the source, before it became 16 kHz mono.
func (r *Reader) Format() audio.Format { return r.format }

// Read fills dst as an [io.Reader] does: it waits for one sample at least and
// returns what is there, which may be less than len(dst). The error is io.EOF
// at the end, and wraps [audio.ErrTruncated], after all samples that are
// there, if the source ended sooner than it promised. It is [ErrNotPCM] where
// a stream that was taken for PCM turns out to be something else.
func (r *Reader) Read(dst []int16) (int, error) {
	n, err := r.read(dst)
	if r.judge != nil {
		if !r.judge.hear(dst[:n]) || err != nil && !r.judge.end() {
			r.clean = offset{} // of no sound there is nothing to remark
			return 0, ErrNotPCM
		}
		if r.judge.sure() {
			r.judge = nil
		}
	}
	r.clean.hear(dst[:n])
	r.total += int64(n)
	return n, err
}

func (r *Reader) read(dst []int16) (int, error) {
	if r.pcm != nil {
		return r.pcm.Read(dst)
	}
	if r.resampler == nil {
		n, err := r.mono(r.frames[:min(len(r.frames), len(dst))])
		audio.Int16(dst[:0], r.frames[:n])
		return n, err
	}
	for len(dst) > 0 && len(r.ready) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.resample()
	}
	n := min(len(dst), len(r.ready))
	audio.Int16(dst[:0], r.ready[:n])
	r.ready = r.ready[n:]
	return n, nil
}

// mono reads frames of the WAV stream and makes one channel of them.
func (r *Reader) mono(dst []float32) (n int, err error) {
	if r.mixer == nil {
		n, err = r.wav.ReadMono(dst)
	} else {
		frames := r.channels[:len(dst)*r.format.Channels]
		n, err = r.wav.ReadFrames(frames)
		r.mixer.mix(dst[:n], frames)
	}
	if r.gain > 0 && r.gain != 1 {
		for i := range dst[:n] {
			dst[i] *= r.gain
		}
	}
	return n, err
}

// Peak is the largest magnitude of the samples read so far, 0 to 32768.
func (r *Reader) Peak() int { return r.clean.peak }

// PeakDB is Peak in decibels of full scale, -90 to 0; that of silence is -Inf.
func (r *Reader) PeakDB() float64 { return 20 * math.Log10(float64(r.clean.peak)/32768) }

// IsSoft reports whether what was read is so soft that no speech would be heard
// in it, and yet no silence.
func (r *Reader) IsSoft() bool { return r.clean.peak > 0 && r.clean.peak < SoftPeak }

// SoftPeak is the peak, of 32768, below which sound is very soft: -55 dBFS.
const SoftPeak = 58

// NothingHeard tells of audio without speech whose peak is so low, in dBFS.
const NothingHeard = "nothing was heard, and it is very soft (peak at %.0f dBFS): raise the level of the microphone, or of the file with ffmpeg -i IN -af volume=40dB OUT.wav"

// Remarks are what a person should know about the audio, one sentence each,
// once it was read to its end.
func (r *Reader) Remarks() []string {
	var all []string
	if r.ffmpeg != nil {
		all = r.ffmpeg.log.remarks(r.total)
	}
	if r.mixer != nil && r.mixer.cancelled() > 0 {
		all = append(all, fmt.Sprintf("its channels cancel each other out, so channel %d, the loudest, was used; choose one with --channel", r.mixer.cancelled()))
	}
	if r.clean.on {
		all = append(all, fmt.Sprintf("it had a DC offset of %.0f %%, which was removed", 100*r.clean.most/32768))
	}
	return all
}

// resample reads more of the source and makes ready what comes of it.
func (r *Reader) resample() {
	n, err := r.mono(r.frames)
	r.raised, r.err = r.resampler.Process(r.raised[:0], r.frames[:n])
	if err != nil && r.err == nil {
		// The resampler still owes the end of what it was given.
		if r.raised, r.err = r.resampler.Flush(r.raised); r.err == nil {
			r.err = err
		}
	}
	r.ready = r.raised
}

// ReadAll reads to the end of r. With an error it still returns the samples
// before it.
func ReadAll(r *Reader) ([]int16, error) {
	var all []int16
	buf := make([]int16, 4096)
	for {
		n, err := r.Read(buf)
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// ReadFile reads a whole file; see OpenFile. With an error it still returns the
// samples before it.
func ReadFile(path string) ([]int16, error) {
	r, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadAll(r)
}

// Close frees the resampler and closes a file that was opened here; it may be
// called twice.
func (r *Reader) Close() error {
	if r.resampler != nil {
		r.resampler.Close()
	}
	if r.closer == nil {
		return nil
	}
	closer := r.closer
	r.closer = nil
	return closer.Close()
}
