package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/wait"
	"voiceflow/pkg/event"
)

// lookTime is how often --follow looks for a recorder while there is none.
const lookTime = 200 * time.Millisecond

// status prints the state of the recorder and, with --follow, its changes.
func status(env *cmdline.Env, cfg config) error {
	l, err := openLock()
	if err != nil {
		return cmdline.Exit(exitcode.Usage, err)
	}
	defer l.release()
	ctx, cancel := env.UntilStopped()
	defer cancel()
	p := &statusPrinter{env: env, json: cfg.json, last: event.Recorder{PID: -1}}
	if !cfg.follow {
		return p.report(ctx, l, false)
	}
	ctx, broken := context.WithCancelCause(ctx)
	go func() { broken(readerGone(env.Stdout)) }()
	for {
		err := p.report(ctx, l, true)
		if err == nil {
			err = wait.For(ctx, lookTime)
		}
		if cause := context.Cause(ctx); errors.Is(cause, syscall.EPIPE) {
			return cause
		}
		if err != nil {
			return err
		}
	}
}

// readerGone returns an error once nobody reads from a pipe any more. For other outputs it
// never returns.
func readerGone(output any) error {
	f, isFile := output.(*os.File)
	for isFile {
		fds := []unix.PollFd{{Fd: int32(f.Fd())}} // only errors are awaited
		n, err := unix.Poll(fds, -1)
		if n > 0 && fds[0].Revents&unix.POLLERR != 0 {
			return syscall.EPIPE
		}
		if err != nil && !errors.Is(err, unix.EINTR) || n > 0 {
			break
		}
	}
	select {}
}

// statusPrinter prints states that differ from the last one.
type statusPrinter struct {
	env  *cmdline.Env
	json bool
	last event.Recorder
}

// report prints the state of the recorder and, if follow is set, its changes until the
// recorder ends.
func (p *statusPrinter) report(ctx context.Context, l *lock, follow bool) error {
	conn, err := dial(ctx, l)
	if errors.Is(err, errNoRecorder) {
		return p.print(event.Recorder{State: event.RecorderOff})
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := sendLine(conn, request{Follow: follow}); err != nil {
		return p.print(event.Recorder{State: event.RecorderOff})
	}
	states := event.NewReader(conn)
	for states.Scan() {
		if state, ok := states.Record().(*event.Recorder); ok {
			if err := p.print(*state); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	if follow || p.last.PID == -1 { // it ended
		return p.print(event.Recorder{State: event.RecorderOff})
	}
	return nil
}

func (p *statusPrinter) print(state event.Recorder) error {
	if state.State == p.last.State && state.PID == p.last.PID {
		return nil
	}
	if p.last.PID != -1 && state.State == event.RecorderOff {
		state.Since = now()
	}
	p.last = state
	p.last.Since = time.Time{}
	if p.json {
		return event.NewWriter(p.env.Stdout).Write(&state)
	}
	_, err := fmt.Fprintln(p.env.Stdout, state.State)
	return err
}
