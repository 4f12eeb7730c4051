// Vf-record records speech from a microphone, or from a WAV file, as raw PCM or JSON lines
// on standard output and as WAV files.
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
	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
)

func main() { os.Exit(run(os.Args, os.Stdin, streams.Stdout(), os.Stderr)) }

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

SIGINT and SIGTERM stop a recording, SIGUSR1 pauses and resumes it. A recorder
started with --armed, --toggle or --start also obeys another vf-record that is
called with --toggle, --start, --stop or --cancel.

Examples:

  vf-record | vf-vad | vf-transcribe | vf-paste   dictate into a window
  vf-record --duration 10s -o note.wav            record ten seconds
  vf-record --toggle | vf-vad | ...               start or stop, for a hot key
  vf-record --check                               test the microphone`,
		Flags:         flags(),
		LibraryFailed: exitcode.Input, // of audio
		OnlyFlags:     []string{"start", "stop", "cancel", "status", "follow"},
		Check: func(c *cli.Context) error {
			_, err := readConfig(c)
			return err
		},
		Words:  completionWords(),
		Action: func(env *cmdline.Env, c *cli.Context) error { return act(env, c, presses) },
	}, args, stdin, stdout, stderr)
}

// act does what the flags ask for.
func act(env *cmdline.Env, c *cli.Context, presses <-chan os.Signal) error {
	cfg, err := readConfig(c)
	switch {
	case err != nil:
		return cmdline.Exit(exitcode.Usage, err)
	case cfg.listDevices:
		return listDevices(env, cfg)
	case cfg.check:
		return check(env, cfg)
	case cfg.status:
		return status(env, cfg)
	case cfg.press != "":
		return press(env, cfg, presses)
	case cfg.armed:
		return arm(env, cfg, presses)
	}
	return record(env, cfg, nil, presses)
}

// ringTime is how long the reader of the output may stall before samples from a
// microphone are lost.
const ringTime = 300 * time.Second

// feedTime is the part of ringTime that waits in the ring of a recording, the rest in its
// queue.
const feedTime = 30 * time.Second

// record makes one recording, or one dictation after another, from beginning to end.
func record(env *cmdline.Env, cfg config, c *control, presses <-chan os.Signal) error {
	var src source
	var mic *supply
	var err error
	if cfg.armed && cfg.standby == standbyClosed {
		mic, err = newSupply(env, cfg)
	} else {
		src, err = openSource(env, cfg)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return cmdline.Exit(exitcode.Input, err)
	}
	out, err := openOutputs(env, cfg)
	if err == nil {
		var r *recorder
		if r, err = newRecorder(env, cfg, out, c, presses); err == nil {
			r.supply = mic
			return r.recordFrom(src)
		}
		out.abort()
	}
	if mic != nil {
		mic.close()
	} else {
		src.close()
	}
	return err
}

// recordFrom records from a source that has not been started or, if it is nil, from those
// that the supply opens.
func (r *recorder) recordFrom(src source) error {
	defer r.close()
	if src != nil {
		ring := audio.NewRing(int(audio.Samples(feedTime)))
		if err := src.start(r.env, ring); err != nil {
			src.close()
			r.out.abort()
			return cmdline.Exit(exitcode.Input, err)
		}
		r.useSource(src, ring)
		if !r.config.armed {
			r.opening <- opening{}
		}
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
