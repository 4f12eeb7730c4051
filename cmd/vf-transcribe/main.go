// Vf-transcribe turns speech into text with a Whisper model.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/whisper"
)

// builtinBackends is the folder of libwhisper's backends (libggml-*.so), set
// when the program is linked; empty where the library has them built in.
var builtinBackends string

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return tool.Run(tool.Command{
		Name:      "vf-transcribe",
		Usage:     "turn speech into text",
		ArgsUsage: "[FILE.wav ...]",
		Description: `Transcribes WAV files, or what comes on standard input: utterances from vf-vad,
raw PCM (16-bit, 16 kHz, mono) or a WAV stream, told apart by looking.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "model", Aliases: []string{"m"}, EnvVars: []string{"VOICEFLOW_MODEL"}, TakesFile: true,
				DefaultText: "the demo model that comes with the programs", Usage: "ggml model `FILE`"},
			&cli.StringFlag{Name: "language", Aliases: []string{"l"}, Value: "en", Usage: "language `CODE` of the speech, or auto"},
			&cli.StringFlag{Name: "prompt", Usage: "`TEXT` the model takes as said before: names, spelling"},
			&cli.IntFlag{Name: "threads", Aliases: []string{"t"}, DefaultText: "OMP_NUM_THREADS, else the processors, 8 at most",
				Usage: "`NUMBER` of threads"},
			&cli.IntFlag{Name: "beam-size", Aliases: []string{"bs"}, Value: 1, Usage: "`NUMBER` of beams searched, 1 to 8; 1 is greedy"},
			&cli.StringFlag{Name: "audio-ctx", Aliases: []string{"ac"}, Value: "auto",
				Usage: "encoder `WINDOW`: auto (fitted to the audio, full when in doubt), full, or a number of 20 ms frames for audio that fits"},
			&cli.StringFlag{Name: "device", Value: whisper.DeviceAuto, Usage: "`DEVICE` to compute on: auto, cpu, gpu or a name such as Vulkan0"},
			&cli.StringFlag{Name: "backends", EnvVars: []string{"VOICEFLOW_BACKENDS"}, Value: builtinBackends, TakesFile: true,
				Usage: "`FOLDER` of libwhisper's backends (libggml-*.so)"},
			&cli.StringFlag{Name: "output-format", Aliases: []string{"f"}, Value: "jsonl", Usage: "`FORMAT` of the output: jsonl or text"},
		},
		Action: transcribe,
	}, args, stdin, stdout, stderr)
}

func transcribe(env *tool.Env, c *cli.Context) error {
	out, err := newOutput(c.String("output-format"), env)
	if err != nil {
		return tool.Exit(tool.Usage, err)
	}
	params, err := decodingParams(c)
	if err != nil {
		return tool.Exit(tool.Usage, err)
	}
	t, err := open(env, c, params, out)
	if err != nil {
		return err
	}
	defer t.close()
	if c.NArg() > 0 {
		return t.files(c.Args().Slice())
	}
	return t.stream()
}

func decodingParams(c *cli.Context) (whisper.Params, error) {
	p := whisper.Params{
		Language: c.String("language"), Prompt: c.String("prompt"),
		Threads: c.Int("threads"), BeamSize: c.Int("beam-size"),
	}
	var err error
	if p.AudioContext, err = parseContext(c.String("audio-ctx")); err != nil {
		return p, err
	}
	switch {
	case p.Threads < 0 || c.IsSet("threads") && p.Threads == 0:
		return p, fmt.Errorf("--threads %d: must be 1 or more", p.Threads)
	case p.BeamSize < 1 || p.BeamSize > 8:
		return p, fmt.Errorf("--beam-size %d: must be 1 to 8", p.BeamSize)
	}
	if n, err := strconv.Atoi(os.Getenv("OMP_NUM_THREADS")); err == nil && n > 0 && p.Threads == 0 {
		p.Threads = n
	}
	return p, nil
}

// open loads the library and the model, with the exit code that each failure
// calls for.
func open(env *tool.Env, c *cli.Context, params whisper.Params, out *output) (*transcriber, error) {
	path, bundled, err := modelPath(c.String("model"))
	if err != nil {
		return nil, tool.Exit(tool.Model, err)
	}
	lib, err := whisper.Load(c.String("backends"), c.String("device"), env.Log)
	if err != nil {
		return nil, tool.Exit(tool.Recogniser, err)
	}
	t := &transcriber{env: env, lib: lib, params: params, out: out}
	if t.model, err = lib.Open(path, c.String("device")); err != nil {
		t.close()
		if errors.Is(err, whisper.ErrNoDevice) {
			return nil, tool.Exit(tool.Recogniser, err)
		}
		return nil, tool.Exit(tool.Model, err)
	}
	if err := t.model.CheckLanguage(params.Language); err != nil {
		t.close()
		return nil, tool.Exit(tool.Usage, err)
	}
	if t.recogniser, err = t.model.NewRecogniser(); err != nil {
		t.close()
		return nil, tool.Exit(tool.Recogniser, err)
	}
	if bundled {
		env.Log.Warn().Str("model", path).Msg("no model is configured: this is the demo model, which knows a few hundred words of synthetic English; for real dictation get a ggml Whisper model and name it with -m FILE or VOICEFLOW_MODEL (see README.md, Real models)")
	}
	return t, nil
}
