// Vf-vad finds the utterances in a stream of audio: voice-activity detection.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/input"
	"voiceflow/pkg/vad"
)

// builtinBackends is the folder of libwhisper's backends (libggml-*.so), set
// when the program is linked; only the Silero engine needs them.
var builtinBackends string

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

const examples = `  vf-record | vf-vad | vf-transcribe    what the microphone hears, as text
  vf-vad < talk.wav > talk.jsonl        the utterances of a recording
  vf-vad --raw < talk.wav > talk.pcm    only the speech, as PCM`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return tool.Run(tool.Command{
		Name:  "vf-vad",
		Reads: "<",
		Usage: "find utterances in audio",
		Description: `Reads PCM (16-bit, 16 kHz, mono) or a WAV stream from standard input (other
formats by way of ffmpeg) and writes each utterance, with its audio, as one JSON
line as soon as it has ended.

vf-record --duration 5s | vf-vad --calibrate   listens to the room, while nobody
speaks, and proposes a threshold.

Examples:

` + examples,
		Flags:  flags(),
		Check:  check,
		Action: detect,
	}, args, stdin, stdout, stderr)
}

func flags() []cli.Flag {
	standard := vad.DefaultConfig()
	return []cli.Flag{
		&cli.StringFlag{Name: "engine", Value: auto,
			Usage: "`NAME` of the network that hears speech: builtin, silero, which needs a model, or auto: builtin, and silero has the last word where its model is installed"},
		&cli.StringFlag{Name: "vad-model", Value: "silero-v6.2.0", TakesFile: true,
			Usage: "Silero `MODEL`: a file, or a name that vf-transcribe models pull has fetched"},
		&cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"}, Value: builtinBackends, TakesFile: true,
			Usage: "`FOLDER` of libggml-*.so, for silero"},
		&cli.Float64Flag{Name: "threshold", Value: standard.Threshold,
			Usage: "`PROBABILITY` of speech, 0 to 1, that begins an utterance"},
		&cli.DurationFlag{Name: "min-speech", Value: standard.MinSpeech, Usage: "less speech than this `TIME` is a click"},
		&cli.DurationFlag{Name: "min-silence", Value: standard.MinSilence, Usage: "silence of this `TIME` ends an utterance"},
		&cli.DurationFlag{Name: "pre-roll", Value: standard.PreRoll, Usage: "audio `TIME` kept from before the speech"},
		&cli.DurationFlag{Name: "post-roll", Value: standard.PostRoll, Usage: "audio `TIME` kept from after the speech"},
		&cli.DurationFlag{Name: "max-utterance", Value: standard.MaxUtterance,
			Usage: "a longer one than this `TIME` is cut at its quietest point"},
		&cli.IntFlag{Name: "channel", Usage: "listen only to channel `N` of the audio, counted from 1; 0: the mean of all"},
		&cli.IntFlag{Name: "track", DefaultText: "the first", Usage: "listen to audio track `N` of a stream with several, counted from 1"},
		&cli.BoolFlag{Name: "denoise", Usage: "take the noise out of the audio first, with RNNoise"},
		&cli.BoolFlag{Name: "raw", Usage: "write only the speech, as PCM, in place of JSON lines"},
		&cli.BoolFlag{Name: "events", Usage: "add a line at once when speech begins and when it has ended"},
		&cli.BoolFlag{Name: "stats", Usage: "say at the end how much was speech"},
		&cli.BoolFlag{Name: "calibrate", Usage: "propose a threshold for the room heard, and write nothing else"},
	}
}

func check(c *cli.Context) error {
	switch {
	case c.Int("channel") < 0:
		return fmt.Errorf("--channel %d: channels are counted from 1; 0 takes the mean of all", c.Int("channel"))
	case c.Int("track") < 0:
		return fmt.Errorf("--track %d: tracks are counted from 1; 0 takes the first", c.Int("track"))
	}
	return segmentation(c).Validate()
}

func segmentation(c *cli.Context) vad.Config {
	return vad.Config{
		Threshold: c.Float64("threshold"),
		MinSpeech: c.Duration("min-speech"), MinSilence: c.Duration("min-silence"),
		PreRoll: c.Duration("pre-roll"), PostRoll: c.Duration("post-roll"),
		MaxUtterance: c.Duration("max-utterance"),
	}
}

func detect(env *tool.Env, c *cli.Context) error {
	if err := check(c); err != nil {
		return tool.Exit(exitcode.Usage, err)
	}
	if env.Idle() {
		return env.ShowUsage(c, examples)
	}
	if err := env.NeedOutput(); err != nil {
		return err
	}
	config := segmentation(c)
	if c.Bool("raw") {
		if c.Bool("events") {
			return tool.Exit(exitcode.Usage, errors.New("--events are JSON lines; leave out --raw"))
		}
		if err := env.RefuseTerminal("raw audio", "redirect it, or leave out --raw"); err != nil {
			return err
		}
	}
	engine, err := openEngine(env, c)
	if err != nil {
		return err
	}
	defer engine.close()
	if c.Bool("calibrate") {
		return calibrate(env, c, engine)
	}
	out := newOutput(env.Stdout, c)
	stream := vad.NewStream(engine, vad.NewSegmenter(config))
	stream.Confirm = engine.confirm
	started := time.Now()
	samples, err := segment(env, c, stream, out)
	if c.Bool("stats") {
		out.report(env.Log, samples, time.Since(started))
	}
	out.failed(err)
	return err
}

// segment sends the input through the stream and returns how long it was.
func segment(env *tool.Env, c *cli.Context, stream *vad.Stream, out *output) (samples int64, err error) {
	in, err := openInput(env, c)
	if err != nil {
		return 0, err
	}
	defer in.close()
	for {
		block, err := in.next()
		samples += int64(len(block))
		if perr := out.push(stream, block); perr != nil {
			return samples, perr
		}
		if err == nil {
			continue
		}
		// What was said before the input ended, or failed, is not lost.
		if ferr := out.flush(stream); ferr != nil {
			return samples, ferr
		}
		remarks := in.in.Remarks()
		if out.utterances == 0 && in.in.IsSoft() {
			remarks = append(remarks, fmt.Sprintf(input.NothingHeard, in.in.PeakDB()))
		}
		for _, remark := range remarks {
			env.Log.Warn().Msg("standard input: " + remark)
		}
		if err == io.EOF {
			return samples, nil
		}
		return samples, inputError(err)
	}
}

// source is the input, without its noise where that is asked for.
type source struct {
	in       *input.Reader
	denoiser *vad.Denoiser // nil: not wanted
	buf      []int16
}

func openInput(env *tool.Env, c *cli.Context) (*source, error) {
	in, err := input.Options{Channel: c.Int("channel"), Track: c.Int("track"), Center: true}.Open(env.Stdin)
	if err != nil {
		return nil, inputError(err)
	}
	s := &source{in: in, buf: make([]int16, audio.SampleRate/10)}
	if c.Bool("denoise") {
		if s.denoiser, err = vad.NewDenoiser(); err != nil {
			in.Close()
			return nil, tool.Exit(exitcode.Recogniser, err)
		}
	}
	return s, nil
}

// next is the next samples, valid until the next call; with an error, the last.
func (s *source) next() ([]int16, error) {
	n, err := s.in.Read(s.buf)
	if s.denoiser == nil {
		return s.buf[:n], err
	}
	block, derr := s.denoiser.Push(s.buf[:n])
	if err == nil || derr != nil {
		return block, derr
	}
	rest, derr := s.denoiser.Flush()
	return append(append([]int16(nil), block...), rest...), errors.Join(err, derr)
}

func (s *source) close() {
	s.in.Close()
	if s.denoiser != nil {
		s.denoiser.Close()
	}
}

// inputError gives an error of the input its exit code, unless the user
// stopped the program.
var errNoSound = errors.New("standard input ended before any audio came; pipe vf-record into vf-vad, or a WAV file")

func inputError(err error) error {
	if errors.Is(err, audio.ErrEmpty) {
		err = errNoSound
	}
	return tool.InputError("standard input", err)
}
