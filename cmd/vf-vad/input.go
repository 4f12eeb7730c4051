package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
)

// heard is the next part of the input: samples, a mark between them, or another line for
// the next program.
type heard struct {
	samples []int16 // valid until the next part
	mark    *event.Mark
	line    event.Record
}

// source is the input.
type source interface {
	// next returns the next part. With an error, its samples are the last ones.
	next() (heard, error)
	// live reports whether somebody is speaking now, and waiting for the text.
	live() bool
	// remarks returns what to say about the input at its end, given whether there was
	// speech.
	remarks(spoken bool) []string
	// broken returns why the input is not whole, once it has ended or the program has
	// stopped reading it (cut); nil: as far as is known, it is. between means that it
	// stopped between two dictations.
	broken(cut bool) (why error, between bool)
	close()
}

// openInput looks at standard input: the lines of vf-record, or audio.
func openInput(env *cmdline.Env, c *cli.Context, began time.Time) (source, error) {
	in := bufio.NewReaderSize(env.Stdin, input.BufferSize)
	d, err := openDenoiser(c)
	if err != nil {
		return nil, err
	}
	if hasLines(in) {
		records := event.NewReader(in)
		env.Await(records.Pending)
		return &lines{in: records, dc: input.DCFilter{Enabled: true}, denoiser: d, file: env.ReadsFile()}, nil
	}
	r, err := input.Options{Channel: c.Int("channel"), Track: c.Int("track"), Center: true}.Open(in)
	if err != nil {
		d.close()
		return nil, inputError(err)
	}
	return &sound{
		in: r, denoiser: d, buf: make([]int16, audio.SampleRate/10), file: env.ReadsFile(), began: began,
	}, nil
}

// hasLines reports whether the input is lines rather than audio: vf-record begins each
// with its type.
func hasLines(in *bufio.Reader) bool {
	const line = `{"type":`
	head, _ := in.Peek(len(line))
	return string(head) == line
}

// sound is a stream of PCM, WAV or another format.
type sound struct {
	in       *input.Reader
	denoiser *denoiser
	buf      []int16

	file    bool // from a file
	began   time.Time
	samples int64
}

func (s *sound) next() (heard, error) {
	n, err := s.in.Read(s.buf)
	s.samples += int64(n)
	block, derr := s.denoiser.push(s.buf[:n], err != nil)
	if derr != nil {
		err = derr
	}
	return heard{samples: block}, err
}

const (
	// liveLead is how far the sound of a microphone may be ahead of the time since the
	// start: the pre-roll of vf-record --armed, and a little more. Sound that is further
	// ahead comes from a file.
	liveLead = 1500 * time.Millisecond
	// drift is how much faster than the computer's clock a sound card's may be.
	drift = 0.001
)

func (s *sound) live() bool {
	return !s.file && audio.Seconds(s.samples)*(1-drift) <= (time.Since(s.began)+liveLead).Seconds()
}

func (s *sound) remarks(spoken bool) []string {
	all := s.in.Remarks()
	if !spoken && s.in.IsSoft() {
		all = append(all, fmt.Sprintf(input.NothingHeard, s.in.PeakDB()))
	}
	return all
}

func (s *sound) broken(bool) (error, bool) { return nil, false }

func (s *sound) close() {
	s.in.Close()
	s.denoiser.close()
}

// lines is what vf-record --output-format jsonl writes.
type lines struct {
	in       *event.Reader
	dc       input.DCFilter
	denoiser *denoiser
	file     bool // from a file
}

func (l *lines) next() (heard, error) {
	if !l.in.Scan() {
		rest, err := l.denoiser.push(nil, true)
		if err == nil {
			err = l.in.Err()
		}
		if err == nil {
			err = io.EOF
		}
		return heard{samples: rest}, err
	}
	switch r := l.in.Record().(type) {
	case *event.Audio:
		samples := audio.DecodePCM(nil, r.PCM)
		l.dc.Process(samples)
		samples, err := l.denoiser.push(samples, false)
		return heard{samples: samples}, err
	case *event.Mark:
		rest, err := l.denoiser.push(nil, true)
		return heard{samples: rest, mark: r}, err
	case *event.SyntaxError:
		return heard{line: &event.Failure{ID: r.ID, Error: "standard input: " + r.Error()}}, nil
	case *event.End:
		return heard{}, nil // this program writes its own
	default:
		return heard{line: r}, nil
	}
}

func (l *lines) live() bool                    { return !l.file }
func (l *lines) remarks(bool) []string         { return nil }
func (l *lines) broken(cut bool) (error, bool) { return l.in.BrokenOff(cut) }
func (l *lines) close()                        { l.denoiser.close() }

// denoiser removes noise if --denoise is set.
type denoiser struct{ network *vad.Denoiser } // nil: off

func openDenoiser(c *cli.Context) (*denoiser, error) {
	if !c.Bool("denoise") {
		return &denoiser{}, nil
	}
	d, err := vad.NewDenoiser()
	if err != nil {
		return nil, cmdline.Exit(exitcode.Recogniser, err)
	}
	return &denoiser{d}, nil
}

// push returns the samples without noise, valid until the next call. With last, these
// include everything that was held back, and the next samples begin a new stream.
func (d *denoiser) push(samples []int16, last bool) ([]int16, error) {
	if d.network == nil {
		return samples, nil
	}
	block, err := d.network.Push(samples)
	if !last || err != nil {
		return block, err
	}
	block = append([]int16(nil), block...)
	rest, err := d.network.Flush()
	if err != nil {
		return block, err
	}
	d.network.Close()
	d.network, err = vad.NewDenoiser()
	return append(block, rest...), err
}

func (d *denoiser) close() {
	if d.network != nil {
		d.network.Close()
	}
}

var errNoSound = errors.New("standard input ended before any audio arrived; pipe vf-record or a WAV file into vf-vad")

// inputError gives an input error its exit code, unless the user stopped the program.
func inputError(err error) error {
	if errors.Is(err, audio.ErrEmpty) {
		err = errNoSound
	}
	return exitcode.InputError("standard input", err)
}
