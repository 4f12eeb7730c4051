// Vf-vad finds the utterances in a stream of audio (voice activity detection).
package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/event"
	"voiceflow/pkg/vad"
	"voiceflow/pkg/whisper"
)

// builtinBackends is the folder of libwhisper's backends (libggml-*.so), set at link
// time; only the Silero engine needs them.
var builtinBackends string

func main() { os.Exit(run(os.Args, os.Stdin, streams.Stdout(), os.Stderr)) }

const examples = `  vf-record | vf-vad | vf-transcribe    speech from the microphone, as text
  vf-vad < talk.wav > talk.jsonl        the utterances of a recording
  vf-vad --raw < talk.wav > talk.pcm    only the speech, as PCM`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cmdline.Run(cmdline.Command{
		Details: "libwhisper " + whisper.Version() + ", its backends in " +
			cmp.Or(cmdline.Beside(builtinBackends), "the library"),
		Name:  "vf-vad",
		Reads: "<",
		Usage: "find utterances in audio",
		Description: `Reads PCM (16-bit, 16 kHz, mono), a WAV stream, or the lines of vf-record from
standard input (other formats are decoded by ffmpeg) and writes each utterance,
with its audio, as one JSON line as soon as it ends.

Examples:

` + examples,
		Flags:  flags(),
		Check:  check,
		Action: detect,
		Words:  completionWords(),
	}, args, stdin, stdout, stderr)
}

func flags() []cli.Flag {
	standard := vad.DefaultConfig()
	return slices.Concat(cmdline.Group("Utterances",
		&cli.StringFlag{Name: "min-silence", Value: standard.MinSilence.String(),
			Usage: "`TIME` silence that ends an utterance; auto: less than 500ms after a whole sentence, up to 900ms otherwise"},
		&cli.DurationFlag{Name: "min-speech", Value: standard.MinSpeech,
			Usage: "`TIME` ignore anything shorter, such as clicks"},
		&cli.DurationFlag{Name: "pre-roll", Value: standard.PreRoll, Usage: "`TIME` sound to keep from before the speech"},
		&cli.DurationFlag{Name: "post-roll", Value: standard.PostRoll, Usage: "`TIME` sound to keep from after the speech"},
		&cli.DurationFlag{Name: "max-utterance", Value: standard.MaxUtterance,
			Usage: "`TIME` cut longer utterances at their quietest point; at most 6m, or 1h with --raw"},
	), cmdline.Group("Detection",
		&cli.Float64Flag{Name: "threshold", Value: standard.Threshold,
			Usage: "`P` probability of speech, 0 to 1, that starts an utterance"},
		&cli.BoolFlag{Name: "calibrate", Usage: "listen to the room, suggest a threshold, and write nothing else"},
		&cli.StringFlag{Name: "engine", Value: auto,
			Usage: "`NAME` builtin, silero (needs a model), or auto: builtin, confirmed by Silero if its model is installed"},
		&cli.StringFlag{Name: "vad-model", Value: "silero-v6.2.0", TakesFile: true,
			Usage: "`MODEL` Silero model: a name from vf-transcribe models list, or a file, such as ./FILE or FILE.bin"},
		&cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"}, TakesFile: true,
			Value: cmdline.Beside(builtinBackends), DefaultText: "the folder set when VoiceFlow was built",
			Usage: "`FOLDER` libwhisper backends (libggml-*.so), for Silero"},
	), cmdline.Group("Input",
		&cli.BoolFlag{Name: "denoise", Usage: "remove noise first, with RNNoise"},
		&cli.IntFlag{Name: "channel", Usage: "`N` use only channel N, counted from 1; 0 mixes all channels"},
		&cli.IntFlag{Name: "track", DefaultText: "the first",
			Usage: "`N` use audio track N, counted from 1, of a stream that has several"},
	), cmdline.Group("Output",
		&cli.DurationFlag{Name: "partial", DefaultText: "off",
			Usage: "`TIME` also write an utterance that goes on, this often, for vf-transcribe --partial"},
		&cli.BoolFlag{Name: "no-early",
			Usage: "write no utterance before the silence that ends it is over; with a microphone, vf-transcribe begins " +
				"to decode when it has lasted as long as --post-roll"},
		&cli.BoolFlag{Name: "events", Usage: "also write a line as soon as speech starts, and when it has ended"},
		&cli.BoolFlag{Name: "raw", Usage: "write only the speech, as PCM instead of JSON lines"},
		&cli.BoolFlag{Name: "stats", Usage: "report at the end how much of the sound was speech"},
	))
}

func check(c *cli.Context) error {
	var wrong []error
	if name := c.String("engine"); !slices.Contains([]string{auto, builtin, silero}, name) {
		wrong = append(wrong, cmdline.WrongValue(c, "engine", "use auto, builtin or silero"))
	}
	if p := c.Duration("partial"); p != 0 && p < shortestPartial {
		wrong = append(wrong, cmdline.WrongValue(c, "partial", fmt.Sprintf("must be %v or more", shortestPartial)))
	}
	if c.Int("channel") < 0 {
		wrong = append(wrong, cmdline.WrongValue(c, "channel", "channels are counted from 1; 0 mixes all channels"))
	}
	if c.Int("track") < 0 {
		wrong = append(wrong, cmdline.WrongValue(c, "track", "tracks are counted from 1; 0 is the first"))
	}
	config, err := segmentation(c)
	if err != nil {
		wrong = append(wrong, err)
	}
	if most := config.MaxUtterance; most > longestLine && most <= time.Hour && !c.Bool("raw") {
		wrong = append(wrong, cmdline.WrongValue(c, "max-utterance",
			fmt.Sprintf("must be at most %v, because a JSON line holds no more; or add --raw", longestLine)))
	}
	for _, e := range config.Mistakes() {
		wrong = append(wrong, &cmdline.FlagError{Flag: e.Settings[0], Others: e.Settings[1:], Reason: e.Reason})
	}
	return errors.Join(wrong...)
}

// longestLine is the longest utterance that fits into a line of event.MaxLine bytes, with
// some room. The pre-roll and the post-roll are part of the utterance.
const longestLine = 6 * time.Minute

// longestPause is how long a sentence that breaks off may wait for its rest with
// --min-silence auto.
const longestPause = 900 * time.Millisecond

// segmentation returns what counts as an utterance, also with an error.
func segmentation(c *cli.Context) (vad.Config, error) {
	config := vad.Config{
		Threshold: c.Float64("threshold"),
		MinSpeech: c.Duration("min-speech"), MinSilence: longestPause,
		PreRoll: c.Duration("pre-roll"), PostRoll: c.Duration("post-roll"),
		MaxUtterance: c.Duration("max-utterance"),
	}
	if endsSentences(c) {
		return config, nil
	}
	silence, err := time.ParseDuration(c.String("min-silence"))
	if err != nil {
		return config, cmdline.WrongValue(c, "min-silence", "use a time such as 500ms, or auto")
	}
	config.MinSilence = silence
	return config, nil
}

// endsSentences reports whether vf-transcribe may end utterances by their text.
func endsSentences(c *cli.Context) bool { return c.String("min-silence") == auto }

func detect(env *cmdline.Env, c *cli.Context) error {
	if err := check(c); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	if env.Idle() {
		return env.ShowUsage(c, examples)
	}
	if err := env.NeedOutput(); err != nil {
		return err
	}
	config, _ := segmentation(c) // checked above
	if c.Bool("raw") {
		if c.Bool("events") {
			return cmdline.Exit(exitcode.Usage, errors.New("--events writes JSON lines; leave out --raw"))
		}
		if err := env.RefuseTerminal("raw audio", "redirect it, or leave out --raw"); err != nil {
			return err
		}
	}
	if c.Bool("calibrate") {
		return calibrate(env, c)
	}
	out := newOutput(env, c)
	return out.end(listen(env, c, vad.NewSegmenter(config), out))
}

// listen writes the utterances of the input.
func listen(env *cmdline.Env, c *cli.Context, segmenter *vad.Segmenter, out *output) error {
	started := time.Now()
	engine, err := openEngine(env, c)
	if err != nil {
		return err
	}
	defer engine.close()
	stream := vad.NewStream(engine, segmenter)
	stream.Confirm = engine.confirm
	in, err := openInput(env, c, started)
	if err != nil {
		out.failed(err)
		return err
	}
	defer in.close()
	samples, err := segment(env, in, stream, out)
	if c.Bool("stats") {
		out.report(env.Log, samples, time.Since(started))
	}
	out.failed(err)
	if err != nil {
		return err
	}
	broken, between := in.broken(env.CutShort())
	if between {
		env.Log.Warn().Msg("standard input: " + event.ErrStopped.Error() + ", between two dictations")
	}
	if broken != nil {
		return cmdline.Exit(exitcode.SomeFailed, fmt.Errorf("standard input: %w", broken))
	}
	return nil
}

// segment sends the input through the stream and returns its length in samples.
func segment(env *cmdline.Env, in source, stream *vad.Stream, out *output) (samples int64, err error) {
	for {
		part, err := in.next()
		samples += int64(len(part.samples))
		if perr := out.push(stream, part.samples, in.live()); perr != nil {
			return samples, perr
		}
		if perr := out.pass(stream, part); perr != nil {
			return samples, perr
		}
		if err == nil {
			continue
		}
		// Keep what was said before the input ended or failed.
		if ferr := out.flush(stream); ferr != nil {
			return samples, ferr
		}
		for _, remark := range in.remarks(out.utterances > 0) {
			env.Log.Warn().Msg("standard input: " + remark)
		}
		if err == io.EOF {
			return samples, nil
		}
		return samples, inputError(err)
	}
}
