// Vf-transcribe transcribes speech with a Whisper model.
package main

import (
	"cmp"
	"context"
	"io"
	"os"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/whisper"
)

// builtinBackends is the folder of libwhisper's backends (libggml-*.so), set at
// link time; it is empty if they are built into the library.
var builtinBackends string

func main() {
	if limit := whisper.SpinLimit(); limit != "" {
		_ = streams.Restart(append(os.Environ(), limit)) // without it, the program is slower at times
	}
	os.Exit(run(os.Args, os.Stdin, streams.Stdout(), os.Stderr))
}

const examples = `  vf-transcribe talk.wav                  a recording as text, with times
  vf-transcribe -r talks -f srt -o subs   subtitles for a folder of recordings
  vf-record | vf-vad | vf-transcribe      speech from the microphone`

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	side, leave := join()
	code := cmdline.Run(command(side), args, stdin, stdout, stderr)
	leave() // but not after a panic
	return code
}

func command(side *side) cmdline.Command {
	return cmdline.Command{
		Details: "libwhisper " + whisper.Version() + ", its backends in " +
			cmp.Or(cmdline.Beside(builtinBackends), "the library"),
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
		Delegates:   func(c *cli.Context) bool { return c.String("listen") != "" && !side.isChild() },
		Instead:     otherFlags,
		Action:      func(env *cmdline.Env, c *cli.Context) error { return transcribeAll(env, c, side) },
		Subcommands: []cmdline.Command{modelsCommand(), devicesCommand()},

		OptionalValues: optionalValues,
		Words:          completionWords(),
	}
}

// backend is where windows are decoded: here, or on a server.
type backend interface {
	open(context.Context) (*transcribe.Backend, error)
	close()
	usage() (engine.Usage, int)
}

func transcribeAll(env *cmdline.Env, c *cli.Context, side *side) error {
	began := time.Now()
	if err := checkFormatNotFile(c); err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	settings, err := readSettings(c)
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	if c.String("listen") != "" {
		return serve(env, c, settings, side)
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
	settings.share(work, c)
	backend, err := newBackend(env, c, settings, work)
	if err != nil {
		return out.refused(err)
	}
	defer backend.close()
	keeper := newKeeper(env, settings, plan)
	outcome := &outcome{env: env, work: work, sink: out, keeper: keeper, backend: backend, started: time.Now()}
	open := func(ctx context.Context) (*transcribe.Backend, error) {
		b, err := backend.open(ctx)
		if err == nil {
			keeper.opened(b)
		}
		out.progress.begin()
		return b, err
	}
	run := transcribe.New(settings.config(env, work, keeper, began, open), outcome)
	outcome.run = run
	env.Await(run.Pending)
	ended := out.sayStopping()
	err = run.Run(env.Context)
	ended()
	if err != nil && work.stream && !run.Opened() {
		return out.refused(err)
	}
	return outcome.end(err)
}

// newBackend returns what --connect asks for, or a backend in this process. Its errors
// carry their exit codes.
func newBackend(env *cmdline.Env, c *cli.Context, s *settings, w *work) (backend, error) {
	own := &local{env: env, settings: s}
	own.choose = sync.OnceValues(func() (string, error) { return s.chooseModel(c, models.Default(), env.Log) })
	if c.String("connect") != "" {
		r, err := newConnected(env, c, s, w, own)
		if err != nil {
			return nil, cmdline.Exit(exitcode.Usage, err)
		}
		return r, nil
	}
	if _, err := own.choose(); err != nil { // say so before anybody speaks
		return nil, cmdline.Exit(exitcode.Model, err)
	}
	return own, nil
}
