package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
)

// ErrText says that a stream is text where audio was expected.
var ErrText = errors.New("looks like text, not audio: expected 16-bit 16 kHz mono PCM or a WAV stream")

// errLowRate is for WAV that ffmpeg would read, and should not.
var errLowRate = fmt.Errorf("%w: it holds no speech at this rate", audio.ErrUnsupported)

// minRate is the lowest sample rate, in Hz, that is raised to 16 kHz: below it
// there is no speech, and a header must not turn a few bytes into hours.
const minRate = 1000

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
		return fmt.Errorf("there is no channel %d: it has %s", o.Channel, prose.Count(channels, "channel"))
	case o.Track > 1:
		return fmt.Errorf("there is no audio track %d: it has 1", o.Track)
	}
	return nil
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
	if r.resampler, err = soxr.New(float64(r.format.SampleRate), audio.SampleRate); err != nil {
		return nil, err
	}
	return r, nil
}
