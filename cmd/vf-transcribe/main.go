// Vf-transcribe transcribes speech with a Whisper model.
package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/event"
	"voiceflow/pkg/whisper"
)

// builtinBackends is the folder of libwhisper's backends (libggml-*.so), set at
// link time; it is empty if they are built into the library.
var builtinBackends string

func main() {
	whisper.LimitSpinning()
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

const examples = `  vf-transcribe talk.wav                  a recording as text, with times
  vf-transcribe -r talks -f srt -o subs   subtitles for a folder of recordings
  vf-record | vf-vad | vf-transcribe      speech from the microphone`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cmdline.Run(cmdline.Command{
		Details:   "libwhisper " + whisper.Version() + ", its backends in " + cmp.Or(builtinBackends, "the library"),
		Name:      "vf-transcribe",
		Usage:     "transcribe speech",
		ArgsUsage: "[FILE|FOLDER|PATTERN ...]",
		Description: `Transcribes audio files or, without arguments, standard input: utterances from
vf-vad, raw PCM (16-bit, 16 kHz, mono) or a WAV stream, detected automatically.
Formats other than WAV need ffmpeg.

Examples:

` + examples,
		Flags:       allFlags(),
		Check:       checkSettings,
		Profile:     profileValues,
		Instead:     otherFlags,
		Action:      transcribe,
		Subcommands: []cmdline.Command{modelsCommand(), devicesCommand()},
	}, args, stdin, stdout, stderr)
}

func transcribe(env *cmdline.Env, c *cli.Context) error {
	began := time.Now()
	if err := checkFormatNotFile(c); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	settings, err := readSettings(c)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	if onlyStdin(c) && env.Idle() {
		return env.ShowUsage(c, examples)
	}
	work, err := readWork(env, c)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	if err := env.NeedOutput(); err != nil {
		return err
	}
	plan, err := newPlan(c, work)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	out, err := newSink(env, c, work, plan)
	if err != nil {
		return err
	}
	lib, e, err := open(env, c, settings, work)
	if err != nil {
		if work.stream { // tell vf-paste: a shell shows only the exit code of the last program
			_ = out.failure(&event.Failure{Error: err.Error()}) // err matters more
		}
		return err
	}
	defer lib.Close()
	defer e.Close()
	settings.window = settings.packLength(e.WindowStep())
	defer settings.confirmSpeech(env, lib)()
	t := &transcriber{env: env, engine: e, settings: settings, work: work, out: out, began: began}
	return t.run()
}

// open loads the library and the model. Its errors carry their exit codes.
func open(env *cmdline.Env, c *cli.Context, settings *settings, work *work) (*whisper.Library, *engine.Engine, error) {
	model, err := settings.chooseModel(c, models.Default(), env.Log)
	if err != nil {
		return nil, nil, cmdline.Exit(exitcode.Model, err)
	}
	settings.share(work, c)
	lib, err := whisper.Load(settings.library, env.Log)
	if err != nil {
		return nil, nil, cmdline.Exit(exitcode.Recogniser, err)
	}
	model = settings.quantised(env, models.Default(), lib, model)
	e, err := engine.Open(engine.Library(lib, model), settings.engine, env.Log)
	if err != nil {
		lib.Close()
		return nil, nil, cmdline.Exit(openCode(err), err)
	}
	return lib, e, nil
}

// openCode returns the exit code for a model that cannot be opened.
func openCode(err error) int {
	switch {
	case errors.Is(err, whisper.ErrNotModel):
		return exitcode.Model
	case errors.Is(err, whisper.ErrLanguage):
		return exitcode.Usage
	default:
		return exitcode.Recogniser
	}
}
