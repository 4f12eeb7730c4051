// Package input opens audio of any kind, from a stream or a file, as 16 kHz mono
// samples: PCM, WAV of any rate, width and number of channels, and other formats
// through ffmpeg.
//
// It combines voiceflow/pkg/audio, which reads PCM and WAV, with
// voiceflow/pkg/audio/soxr, which changes the sample rate. It neither decodes
// compressed audio itself nor records.
package input

import (
	"fmt"
	"io"
	"math"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
)

// Reader reads a source as 16 kHz mono samples. It is not safe for concurrent
// use.
type Reader struct {
	format audio.Format
	pcm    *audio.PCMReader // exactly one of pcm and wav is set
	wav    *audio.WAVReader
	mixer  *mixer // nil if wav has one channel
	judge  *judge // nil once there is no doubt that pcm is PCM, and for wav
	gain   float32
	dc     DCFilter
	total  int64     // samples read
	ffmpeg *ffmpeg   // nil if not used
	closer io.Closer // nil if nothing was opened here
	limit  limit     // nil if there is none

	resampler *soxr.Resampler // nil if the rate of wav is 16 kHz
	frames    []float32       // from wav, mixed to mono, reused
	channels  []float32       // from wav, before mixing, reused; nil for mono
	resampled []float32       // output of the resampler, reused
	ready     []float32       // the part of resampled that is still unread
	err       error           // from wav; returned after ready
}

// Format returns the format of the source, before conversion.
func (r *Reader) Format() audio.Format { return r.format }

// Read fills dst as an [io.Reader] does: it waits for at least one sample and
// returns the number of samples read, which may be less than len(dst).
//
// The error is io.EOF at the end. It wraps [audio.ErrTruncated], after all
// available samples, if the source ended early, or [ErrTooLong], and is [ErrNotPCM]
// if a stream taken for PCM turns out to be something else.
func (r *Reader) Read(dst []int16) (int, error) {
	n, err := r.read(dst)
	if r.judge != nil {
		if !r.judge.hear(dst[:n]) || err != nil && !r.judge.end() {
			r.dc = DCFilter{} // no remarks about something that is not audio
			return 0, ErrNotPCM
		}
		if r.judge.sure() {
			r.judge = nil
		}
	}
	r.dc.Process(dst[:n])
	r.total += int64(n)
	if r.limit != nil && n > 0 {
		if lerr := r.limit(r.total); lerr != nil {
			return 0, lerr
		}
	}
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

// mono reads frames from the WAV stream and mixes them to one channel.
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

// Peak returns the largest magnitude of the samples read so far, 0 to 32768.
func (r *Reader) Peak() int { return r.dc.peak }

// PeakDB returns Peak in dBFS, -90 to 0, or -Inf for silence.
func (r *Reader) PeakDB() float64 { return 20 * math.Log10(float64(r.dc.peak)/32768) }

// IsSoft reports whether the audio read so far is not silence, but too quiet for
// speech to be detected.
func (r *Reader) IsSoft() bool { return r.dc.peak > 0 && r.dc.peak < SoftPeak }

// SoftPeak is the peak, of 32768, below which audio is very quiet: -55 dBFS.
const SoftPeak = 58

// NothingHeard is the remark about very quiet audio in which no speech was
// found; its argument is the peak in dBFS.
const NothingHeard = "no speech found, and the audio is very quiet (peak at %.0f dBFS): " +
	"turn up the microphone, or make the file louder with ffmpeg -i IN -af volume=40dB OUT.wav"

// Remarks returns what the user should know about the audio, one sentence per
// remark, after it has been read to its end.
func (r *Reader) Remarks() []string {
	var all []string
	if r.ffmpeg != nil {
		all = r.ffmpeg.log.remarks(r.total)
	}
	if r.mixer != nil && r.mixer.cancelled() > 0 {
		all = append(all, fmt.Sprintf("its channels cancel each other out, so channel %d, the loudest, was used; "+
			"choose one with --channel", r.mixer.cancelled()))
	}
	if r.dc.active {
		all = append(all, fmt.Sprintf("it had a DC offset of %.0f %%, which was removed", 100*r.dc.largest/32768))
	}
	return all
}

// resample reads more of the source and resamples it into ready.
func (r *Reader) resample() {
	n, err := r.mono(r.frames)
	r.resampled, r.err = r.resampler.Process(r.resampled[:0], r.frames[:n])
	if err != nil && r.err == nil {
		// The resampler still holds the last samples.
		if r.resampled, r.err = r.resampler.Flush(r.resampled); r.err == nil {
			r.err = err
		}
	}
	r.ready = r.resampled
}

// ReadAll reads r to its end. If that fails, it also returns the samples before
// the error.
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

// ReadFile reads a whole file; see OpenFile. If that fails, it also returns the
// samples before the error.
func ReadFile(path string) ([]int16, error) {
	r, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadAll(r)
}

// Close frees the resampler and closes the file, if one was opened here. It may
// be called twice.
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
