// Package input opens whatever audio arrives as samples of 16 kHz, mono: PCM,
// or WAV of any rate, width and channels, from a stream or a file, and files in
// other formats by way of ffmpeg.
//
// It joins voiceflow/pkg/audio, which knows the formats, and voiceflow/pkg/soxr,
// which changes the rate. It does not decode compressed audio by itself and
// does not record.
package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/soxr"
)

// ErrText says that a stream is text where audio was expected.
var ErrText = errors.New("looks like text, not audio: expected 16-bit 16 kHz mono PCM or a WAV stream")

// minRate is the lowest sample rate, in Hz, that is raised to 16 kHz: below it
// there is no speech, and a header must not turn a few bytes into hours.
const minRate = 1000

// Reader gives the samples of a source at 16 kHz, mono. It is not for
// concurrent use.
type Reader struct {
	format audio.Format
	pcm    *audio.PCMReader // exactly one of pcm and wav is set
	wav    *audio.WAVReader
	closer io.Closer // of what was opened here

	resampler *soxr.Resampler // nil if the rate of wav is 16 kHz
	frames    []float32       // of wav, reused
	raised    []float32       // output of the resampler, reused
	ready     []float32       // the part of raised that was not read yet
	err       error           // of wav; given out after what is ready
}

// Open finds out from the first bytes of r what it holds, and reads no more of
// it than it gets at once. WAV begins with its mark; the rest is PCM, unless
// it is text.
//
// The errors wrap [ErrText], [audio.ErrEmpty] or those of
// [audio.NewWAVReader], or are those of r.
func Open(r io.Reader) (*Reader, error) {
	in, ok := r.(*bufio.Reader)
	if !ok {
		in = bufio.NewReader(r)
	}
	head, err := in.Peek(minText)
	if len(head) == 0 {
		if err == io.EOF {
			err = audio.ErrEmpty
		}
		return nil, err
	}
	if isWAV(head) {
		return openWAV(in)
	}
	if name := compressed(head); name != "" {
		return nil, fmt.Errorf("%w: a stream of %s; save it and name the file, or pipe it through ffmpeg -i - -f wav -", audio.ErrUnsupported, name)
	}
	if head, _ = in.Peek(min(in.Buffered(), maxText)); isText(head) {
		return nil, ErrText
	}
	return &Reader{
		format: audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: 16},
		pcm:    audio.NewPCMReader(in),
	}, nil
}

func isWAV(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	id := string(head[:4])
	return id == "RIFF" || id == "RF64" || id == "RIFX"
}

// compressed names the format of a stream that begins as audio files do which
// are neither WAV nor PCM. PCM begins with these letters by chance once in 2^32
// times, but for the three of ID3, which are followed by a small number.
func compressed(head []byte) string {
	switch s := string(head); {
	case strings.HasPrefix(s, "fLaC"):
		return "FLAC"
	case strings.HasPrefix(s, "OggS"):
		return "Ogg"
	case strings.HasPrefix(s, "ID3") && len(s) > 3 && s[3] <= 4:
		return "MP3"
	case len(s) >= 8 && s[4:8] == "ftyp":
		return "MP4"
	case strings.HasPrefix(s, "\x1aE\xdf\xa3"):
		return "Matroska or WebM"
	}
	return ""
}

func openWAV(in io.Reader) (*Reader, error) {
	wav, err := audio.NewWAVReader(in)
	if err != nil {
		return nil, err
	}
	r := &Reader{format: wav.Format(), wav: wav, frames: make([]float32, 1024)}
	switch rate := r.format.SampleRate; {
	case rate == audio.SampleRate:
		return r, nil
	case rate < minRate:
		return nil, fmt.Errorf("%w: at %d Hz it holds no speech", audio.ErrUnsupported, rate)
	}
	if r.resampler, err = soxr.New(float64(r.format.SampleRate), audio.SampleRate, soxr.HQ); err != nil {
		return nil, err
	}
	return r, nil
}

// OpenFile opens a file: WAV by itself, other formats and what WAV is not read
// here (compressed audio) with ffmpeg. Each error names the path; one of them
// is [ErrNoFFmpeg].
func OpenFile(path string) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := openFile(file)
	if err == nil {
		r.closer = file
		return r, nil
	}
	file.Close()
	if errors.Is(err, audio.ErrNotWAV) || errors.Is(err, audio.ErrUnsupported) {
		r, err = openFFmpeg(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func openFile(file *os.File) (*Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("is a folder; name the files in it")
	}
	return openWAV(bufio.NewReader(file))
}

// Format is the format of the source, before it became 16 kHz mono.
func (r *Reader) Format() audio.Format { return r.format }

// Read fills dst as an [io.Reader] does: it waits for one sample at least and
// returns what is there, which may be less than len(dst). The error is io.EOF
// at the end, and wraps [audio.ErrTruncated], after all samples that are
// there, if the source ended sooner than it promised.
func (r *Reader) Read(dst []int16) (int, error) {
	if r.pcm != nil {
		return r.pcm.Read(dst)
	}
	if r.resampler == nil {
		n, err := r.wav.ReadMono(r.frames[:min(len(r.frames), len(dst))])
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

// resample reads more of the source and makes ready what comes of it.
func (r *Reader) resample() {
	n, err := r.wav.ReadMono(r.frames)
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
