// Vf-record records speech from a microphone, or from a WAV file, as raw PCM on
// standard output and as WAV files.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// This comes first, so that a key pressed while the microphone is being opened
	// counts.
	presses := make(chan os.Signal, 64)
	signal.Notify(presses, syscall.SIGUSR1)
	defer signal.Stop(presses)
	// Exceeding the shell's limit on file sizes becomes a write error, like a full disk,
	// and leaves a complete file behind.
	signal.Ignore(syscall.SIGXFSZ)

	return cmdline.Run(cmdline.Command{
		Name:  "vf-record",
		Reads: "--input",
		Usage: "record speech as 16-bit 16 kHz mono PCM",
		Description: `Records from the microphone until Ctrl-C, --max-duration or --until-silence, and
writes raw PCM to standard output. A WAV file can stand in for the microphone.

SIGINT and SIGTERM stop a recording, SIGUSR1 pauses and resumes it.

Examples:

  vf-record | vf-vad | vf-transcribe | vf-paste   dictate into a window
  vf-record --duration 10s -o note.wav            record ten seconds
  vf-record --check                               test the microphone`,
		Flags: flags(),
		Check: func(c *cli.Context) error {
			_, err := readConfig(c)
			return err
		},
		Action: func(env *cmdline.Env, c *cli.Context) error {
			cfg, err := readConfig(c)
			switch {
			case err != nil:
				return cmdline.Exit(exitcode.Usage, err)
			case cfg.listDevices:
				return listDevices(env, cfg)
			case cfg.check:
				return check(env, cfg)
			case cfg.toggle:
				return toggle(env, cfg, presses)
			}
			return record(env, cfg, presses)
		},
	}, args, stdin, stdout, stderr)
}

// ringTime is how long the reader of the output may stall before samples from a
// microphone are lost.
const ringTime = 300 * time.Second

// record makes one recording from beginning to end.
func record(env *cmdline.Env, cfg config, presses <-chan os.Signal) error {
	src, err := openSource(env, cfg)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return cmdline.Exit(exitcode.Input, err)
	}
	defer src.close()
	out, err := openOutputs(env, cfg.outputs, src.keep())
	if err != nil {
		return err
	}
	r, err := newRecording(env, cfg, src, out, presses)
	if err != nil {
		out.abort()
		return err
	}
	defer r.close()
	if err := src.start(env, r.ring); err != nil {
		out.abort()
		return cmdline.Exit(exitcode.Input, err)
	}
	return r.run()
}

// limitSamples returns how many samples a limit allows. Any limit allows at least one,
// because 0 means no limit.
func limitSamples(limit time.Duration) int64 {
	n := audio.Samples(limit)
	if limit > 0 {
		n = max(n, 1)
	}
	return n
}
