// Package input opens whatever audio arrives as samples of 16 kHz, mono: PCM,
// or WAV of any rate, width and channels, and other formats by way of ffmpeg,
// from a stream or a file.
//
// It joins voiceflow/pkg/audio, which knows the formats, and voiceflow/pkg/soxr,
// which changes the rate. It does not decode compressed audio by itself and
// does not record.
package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/soxr"
)

// ErrText says that a stream is text where audio was expected.
var ErrText = errors.New("looks like text, not audio: expected 16-bit 16 kHz mono PCM or a WAV stream")

// errLowRate is for WAV that ffmpeg would read, and should not.
var errLowRate = fmt.Errorf("%w: it holds no speech at this rate", audio.ErrUnsupported)

// minRate is the lowest sample rate, in Hz, that is raised to 16 kHz: below it
// there is no speech, and a header must not turn a few bytes into hours.
const minRate = 1000

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

// Options say what to take of the audio. The zero value takes what most audio
// has: the mean of the channels of the first track.
type Options struct {
	// Channel is the one to take, counted from 1. With 0 it is the mean of all
	// or, where they cancel each other, the loudest.
	Channel int
	// Track is the audio track to take, counted from 1, of a container that may
	// have several; 0 is the first.
	Track int
	// Gain raises the level by this factor; 0 and 1 leave it alone.
	Gain float32
	// Center takes out an offset of the samples from zero (DC), which costs words
	// from some 10 % on.
	Center bool
	// Through wraps a pipe or a device that a file's name stands for, before it
	// is opened: for reads that may wait for ever. May be nil.
	Through func(io.Reader) io.Reader
}

// BufferSize is the most of a stream, in bytes, that its format is guessed by;
// a [bufio.Reader] given to Open should have as much.
const BufferSize = 64 << 10

// Open is [Options.Open] without options.
func Open(r io.Reader) (*Reader, error) { return Options{}.Open(r) }

// OpenFile is [Options.OpenFile] without options.
func OpenFile(path string) (*Reader, error) { return Options{}.OpenFile(path) }

// Open finds out from the first bytes of r what it holds, and reads no more of
// it than it gets at once. WAV and other formats begin with their marks; the
// rest is PCM, unless it is text or cannot be PCM. Other formats are read with
// ffmpeg; CAF and some MP4 files, which cannot be read from a pipe, by way of a
// temporary file.
//
// The errors wrap [ErrText], [ErrNotPCM], [ErrNoFFmpeg], [audio.ErrEmpty] or
// those of [audio.NewWAVReader], or are those of r. A stream that begins with
// silence may turn out not to be PCM later, when it is read.
func (o Options) Open(r io.Reader) (*Reader, error) {
	in, ok := r.(*bufio.Reader)
	if !ok {
		in = bufio.NewReaderSize(r, BufferSize)
	}
	head, err := in.Peek(minText)
	if len(head) == 0 {
		if err == io.EOF {
			err = audio.ErrEmpty
		}
		return nil, err
	}
	if isWAV(head) {
		return o.openWAVStream(in)
	}
	head, _ = in.Peek(in.Buffered())
	if name := recognised(head); name != "" {
		return o.pipeFFmpeg(in, name, atEnd(name, head))
	}
	if isText(head[:min(len(head), maxText)]) {
		return nil, ErrText
	}
	if !isPCM(head) {
		return o.pipeFFmpeg(in, "", false)
	}
	if err := o.only(1); err != nil {
		return nil, err
	}
	return &Reader{
		format: audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: 16},
		pcm:    audio.NewPCMReader(in), judge: &judge{}, clean: offset{wanted: o.Center},
	}, nil
}

// only checks what was asked for against audio of one track and so many
// channels.
func (o Options) only(channels int) error {
	switch {
	case o.Channel > channels:
		return fmt.Errorf("there is no channel %d: it has %s", o.Channel, count(channels, "channel"))
	case o.Track > 1:
		return fmt.Errorf("there is no audio track %d: it has 1", o.Track)
	}
	return nil
}

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func isWAV(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	id := string(head[:4])
	return id == "RIFF" || id == "RF64" || id == "RIFX"
}

// openWAVStream reads WAV from a stream, by itself where it can, else with
// ffmpeg.
func (o Options) openWAVStream(in io.Reader) (*Reader, error) {
	again := &replay{from: in, keep: true}
	r, err := o.openWAV(again)
	again.keep = false
	if again.seen != nil && forFFmpeg(err) {
		var ferr error
		if r, ferr = o.pipeFFmpeg(io.MultiReader(bytes.NewReader(again.seen), in), "", false); ferr != nil {
			return nil, fmt.Errorf("%w; ffmpeg: %v", err, ferr)
		}
		return r, ferr
	}
	again.seen = nil
	return r, err
}

// forFFmpeg reports whether ffmpeg may read what is not WAV that is read here.
func forFFmpeg(err error) bool {
	return (errors.Is(err, audio.ErrNotWAV) || errors.Is(err, audio.ErrUnsupported)) && !errors.Is(err, errLowRate)
}

// replay remembers what it reads as long as keep is set, up to 1 MiB.
type replay struct {
	from io.Reader
	seen []byte
	keep bool
}

func (r *replay) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.keep {
		if r.seen = append(r.seen, p[:n]...); len(r.seen) > 1<<20 {
			r.seen, r.keep = nil, false
		}
	}
	return n, err
}

func (o Options) openWAV(in io.Reader) (*Reader, error) {
	wav, err := audio.NewWAVReader(in)
	if err != nil {
		return nil, err
	}
	r := &Reader{format: wav.Format(), wav: wav, frames: make([]float32, 1024), gain: o.Gain, clean: offset{wanted: o.Center}}
	if n := r.format.Channels; n > 1 {
		r.mixer, r.channels = newMixer(n, o.Channel), make([]float32, n*len(r.frames))
	}
	if err := o.only(r.format.Channels); err != nil {
		return nil, err
	}
	switch rate := r.format.SampleRate; {
	case rate == audio.SampleRate:
		return r, nil
	case rate < minRate:
		return nil, fmt.Errorf("%w: %d Hz", errLowRate, rate)
	}
	if r.resampler, err = soxr.New(float64(r.format.SampleRate), audio.SampleRate, soxr.HQ); err != nil {
		return nil, err
	}
	return r, nil
}

// OpenFile opens a file: WAV by itself, other formats and what WAV is not read
// here (compressed audio) with ffmpeg. What is not a regular file, such as a
// named pipe, is read as a stream, once and from its beginning. Each error
// names the path; one of them is [ErrNoFFmpeg].
func (o Options) OpenFile(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var r *Reader
	if info.Mode().IsRegular() || info.IsDir() {
		r, err = o.openRegular(path, info)
	} else {
		r, err = o.openPipe(path)
	}
	if err != nil {
		var named *os.PathError
		if errors.As(err, &named) && named.Path == path {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func (o Options) openRegular(path string, info os.FileInfo) (*Reader, error) {
	if info.IsDir() {
		return nil, errors.New("is a folder; name the files in it")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := o.openWAV(bufio.NewReader(file))
	if err == nil {
		r.closer = file
		return r, nil
	}
	file.Close()
	if forFFmpeg(err) {
		return o.fileFFmpeg(path)
	}
	return nil, err
}

// openPipe reads a pipe or a device by its name.
func (o Options) openPipe(path string) (*Reader, error) {
	file := &lateFile{path: path}
	var in io.Reader = file
	if o.Through != nil {
		in = o.Through(in)
	}
	r, err := o.Open(in)
	if err != nil {
		return nil, err // the file may still wait to be opened, and cannot be closed
	}
	r.closer = closers{r.closer, file}
	return r, nil
}

// closers closes several things; any may be nil.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, one := range c {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// lateFile is opened with its first read: a named pipe waits to be opened, until
// something writes to it.
type lateFile struct {
	path string
	mu   sync.Mutex
	file *os.File
}

func (l *lateFile) Read(p []byte) (int, error) {
	if l.file == nil {
		file, err := os.Open(l.path)
		if err != nil {
			return 0, err
		}
		l.mu.Lock()
		l.file = file
		l.mu.Unlock()
	}
	return l.file.Read(p)
}

func (l *lateFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	return l.file.Close()
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
		if !r.judge.hear(dst[:n]) {
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
func (r *Reader) IsSoft() bool { return r.clean.peak > 0 && r.clean.peak < softPeak }

// softPeak is -55 dBFS.
const softPeak = 58

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
