// Vf-vad finds the utterances in a stream of audio: voice-activity detection.
package main

import (
	"errors"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
	"voiceflow/pkg/input"
	"voiceflow/pkg/vad"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	standard := vad.DefaultConfig()
	return tool.Run(tool.Command{
		Name:  "vf-vad",
		Usage: "find utterances in audio",
		Description: `Reads PCM (16-bit, 16 kHz, mono) or a WAV stream from standard input and writes
each utterance, with its audio, as one JSON line as soon as it has ended.`,
		Flags: []cli.Flag{
			&cli.Float64Flag{Name: "threshold", Value: standard.Threshold,
				Usage: "`PROBABILITY` of speech, 0 to 1, that begins an utterance"},
			&cli.DurationFlag{Name: "min-speech", Value: standard.MinSpeech, Usage: "less speech than this `TIME` is a click"},
			&cli.DurationFlag{Name: "min-silence", Value: standard.MinSilence, Usage: "silence of this `TIME` ends an utterance"},
			&cli.DurationFlag{Name: "pre-roll", Value: standard.PreRoll, Usage: "audio `TIME` kept from before the speech"},
			&cli.DurationFlag{Name: "post-roll", Value: standard.PostRoll, Usage: "audio `TIME` kept from after the speech"},
			&cli.DurationFlag{Name: "max-utterance", Value: standard.MaxUtterance,
				Usage: "a longer one than this `TIME` is cut at its quietest point"},
			&cli.BoolFlag{Name: "raw", Usage: "write only the speech, as PCM, in place of JSON lines"},
		},
		Action: segment,
	}, args, stdin, stdout, stderr)
}

func segment(env *tool.Env, c *cli.Context) error {
	config := vad.Config{
		Threshold: c.Float64("threshold"),
		MinSpeech: c.Duration("min-speech"), MinSilence: c.Duration("min-silence"),
		PreRoll: c.Duration("pre-roll"), PostRoll: c.Duration("post-roll"),
		MaxUtterance: c.Duration("max-utterance"),
	}
	if err := config.Validate(); err != nil {
		return tool.Exit(tool.Usage, err)
	}
	write := jsonLines(env.Stdout)
	if c.Bool("raw") {
		if err := env.RefuseTerminal("raw audio", "redirect it, or leave out --raw"); err != nil {
			return err
		}
		write = func(u *vad.Utterance) error { return audio.WritePCM(env.Stdout, u.PCM) }
	}
	in, err := input.Open(env.Stdin)
	if err != nil {
		return inputError(err)
	}
	defer in.Close()
	detector, err := vad.NewDetector()
	if err != nil {
		return tool.Exit(tool.Recogniser, err)
	}
	defer detector.Close()
	stream := vad.NewStream(detector, vad.NewSegmenter(config))

	buf := make([]int16, audio.SampleRate/10)
	for {
		n, err := in.Read(buf)
		if perr := stream.Push(buf[:n], write); perr != nil {
			return perr
		}
		if err == nil {
			continue
		}
		// What was said before the input ended, or failed, is not lost.
		if ferr := stream.Flush(write); ferr != nil {
			return ferr
		}
		if err == io.EOF {
			return nil
		}
		return inputError(err)
	}
}

// inputError gives an error of the input its exit code, unless the user
// stopped the program.
func inputError(err error) error {
	if errors.Is(err, audio.ErrEmpty) {
		err = errors.New("standard input ended before any audio came; pipe vf-record into vf-vad, or a WAV file")
	}
	return tool.InputError("standard input", err)
}

func jsonLines(w io.Writer) func(*vad.Utterance) error {
	out, id := event.NewWriter(w), 0
	return func(u *vad.Utterance) error {
		id++
		return out.Write(&event.Utterance{
			ID: id - 1, Start: seconds(u.Start), End: seconds(u.End), PCMStart: seconds(u.PCMStart),
			PCM: audio.EncodePCM(nil, u.PCM),
		})
	}
}

func seconds(samples int64) float64 { return float64(samples) / audio.SampleRate }
