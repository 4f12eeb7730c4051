package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/soxr"
)

// ErrText means that a stream is text instead of audio.
var ErrText = errors.New("looks like text, not audio: expected 16-bit 16 kHz mono PCM or a WAV stream")

// errRate marks sound whose rate says that its header is wrong. It must not be
// passed on to ffmpeg.
var errRate = fmt.Errorf("%w: the sample rate cannot be right", audio.ErrImplausible)

// minRate is the lowest sample rate, in Hz, that is raised to 16 kHz: below it
// there is no speech, and a header must not turn a few bytes into hours.
const minRate = 1000

// Options select what to read. The zero value selects the mean of all channels
// of the first track.
type Options struct {
	// Channel is the channel to read, counted from 1. 0 is the mean of all
	// channels, or the loudest if they cancel each other out.
	Channel int
	// Track is the audio track to read if a container has several, counted from
	// 1; 0 is the first.
	Track int
	// Gain multiplies the samples; 0 and 1 leave them unchanged.
	Gain float32
	// Center removes a DC offset. From about 10 % of full scale, an offset costs
	// words.
	Center bool
	// MaxDuration is how much sound of a file is read at most; 0 is
	// [DefaultMaxDuration]. Streams may go on forever.
	MaxDuration time.Duration
	// Through wraps the reader of a named pipe before it is opened, because its
	// reads may block forever. May be nil.
	Through func(io.Reader) io.Reader
	// Trials is shared by readers that use ffmpeg, to spare all but the first a trial run
	// of it, a fraction of a second. May be nil.
	Trials *Trials
}

// BufferSize is the maximum number of bytes of a stream that are examined to
// detect its format. A [bufio.Reader] passed to Open should have a buffer of
// this size.
const BufferSize = 64 << 10

// Open is [Options.Open] without options.
func Open(r io.Reader) (*Reader, error) { return Options{}.Open(r) }

// OpenFile is [Options.OpenFile] without options.
func OpenFile(path string) (*Reader, error) { return Options{}.OpenFile(path) }

// Open detects the format of r from its first bytes, without waiting for more
// than r delivers immediately. WAV and other formats have signatures; anything
// else is PCM, unless it is text or cannot be PCM. Other formats are read with
// ffmpeg. CAF and some MP4 files, which cannot be read from a pipe, go through a
// temporary file.
//
// The errors wrap [ErrText], [ErrNotPCM], [ErrNoFFmpeg], [audio.ErrEmpty] or
// those of [audio.NewWAVReader], or come from r. If a stream begins with
// silence, a later Read may still find that it is not PCM.
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
	if name := formatName(head); name != "" {
		return o.pipeFFmpeg(in, name, needsSeeking(name, head))
	}
	if isText(head[:min(len(head), maxText)]) {
		return nil, ErrText
	}
	if !isPCM(head) {
		return o.pipeFFmpeg(in, "", false)
	}
	if err := o.checkSelection(1); err != nil {
		return nil, err
	}
	return &Reader{
		format: audio.Format{SampleRate: audio.SampleRate, Channels: 1, BitsPerSample: 16},
		pcm:    audio.NewPCMReader(in), judge: &judge{}, dc: DCFilter{Enabled: o.Center},
	}, nil
}

// checkSelection checks that the requested channel and track exist in audio of
// one track with the given number of channels.
func (o Options) checkSelection(channels int) error {
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

// openWAVStream reads WAV from a stream, with ffmpeg if necessary.
func (o Options) openWAVStream(in io.Reader) (*Reader, error) {
	recorded := &recorder{from: in, recording: true}
	r, err := o.openWAV(recorded)
	recorded.recording = false
	if recorded.data != nil && ffmpegMayRead(err) {
		var ferr error
		if r, ferr = o.pipeFFmpeg(io.MultiReader(bytes.NewReader(recorded.data), in), "", false); ferr != nil {
			return nil, fmt.Errorf("%w; ffmpeg: %v", err, ferr)
		}
		return r, ferr
	}
	recorded.data = nil
	return r, err
}

// ffmpegMayRead reports whether it is worth trying ffmpeg after openWAV failed
// with err.
func ffmpegMayRead(err error) bool {
	return (errors.Is(err, audio.ErrNotWAV) || errors.Is(err, audio.ErrUnsupported)) &&
		!errors.Is(err, audio.ErrImplausible)
}

// recorder keeps up to 1 MiB of what is read through it; beyond that it gives
// up and keeps nothing.
type recorder struct {
	from      io.Reader
	data      []byte
	recording bool
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.recording {
		if r.data = append(r.data, p[:n]...); len(r.data) > 1<<20 {
			r.data, r.recording = nil, false
		}
	}
	return n, err
}

func (o Options) openWAV(in io.Reader) (*Reader, error) {
	wav, err := audio.NewWAVReader(in)
	if err != nil {
		return nil, err
	}
	r := &Reader{
		format: wav.Format(), wav: wav, frames: make([]float32, 1024),
		gain: o.Gain, dc: DCFilter{Enabled: o.Center},
	}
	if n := r.format.Channels; n > 1 {
		r.mixer, r.channels = newMixer(n, o.Channel), make([]float32, n*len(r.frames))
	}
	if err := o.checkSelection(r.format.Channels); err != nil {
		return nil, err
	}
	switch rate := r.format.SampleRate; {
	case rate == audio.SampleRate:
		return r, nil
	case rate < minRate:
		return nil, fmt.Errorf("%w: %d Hz", errRate, rate)
	}
	if r.resampler, err = soxr.New(float64(r.format.SampleRate), audio.SampleRate); err != nil {
		return nil, err
	}
	return r, nil
}
