package cmdline

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
)

// Env is the environment in which a command runs.
type Env struct {
	Stdin  io.Reader // ends early after SIGTERM; fails once Context is cancelled
	Stdout io.Writer // data only
	Stderr io.Writer // messages for people that are not log lines
	Log    zerolog.Logger
	// Metrics receives the cost of each utterance. It writes to the log file, if
	// there is one, and to Stderr at the verbose and monitoring log levels.
	Metrics zerolog.Logger

	Context context.Context // cancelled by the second interrupt
	Stop    <-chan struct{} // closed by the first interrupt

	file    atomic.Pointer[logrecord.File] // nil if none; atomic, as noteInterrupted may race with configureLog
	through func(io.Reader) io.Reader
	cut     func() bool
	await   func(pending func() bool)
	stdin   io.Reader // unwrapped
	command Command
	args    []string // flags first
}

// Through wraps a reader that may block, such as a pipe, so that it ends as Stdin
// does: early after SIGTERM, and with an error once Context is cancelled.
func (e *Env) Through(r io.Reader) io.Reader { return e.through(r) }

// CutShort reports whether the program has stopped reading before the end of its input,
// because of SIGTERM.
func (e *Env) CutShort() bool { return e.cut() }

// Await makes Stdin wait longer after SIGTERM, up to a minute, while pending reports that
// more is sure to come, such as the promised end of a stream. pending must be safe for
// concurrent use.
func (e *Env) Await(pending func() bool) { e.await(pending) }

// UntilStopped returns a context that is cancelled by the first interrupt. Use it
// for work that is worthless when half done and has no pipeline input to finish.
func (e *Env) UntilStopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(e.Context)
	go func() {
		select {
		case <-e.Stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// RefuseTerminal returns an error if standard output is a terminal and the output
// is not meant for people. what names the output and remedy what to do instead.
func (e *Env) RefuseTerminal(what, remedy string) error {
	if IsTerminal(e.Stdout) {
		return Exit(exitcode.Usage, fmt.Errorf("will not write %s to a terminal; %s", what, remedy))
	}
	return nil
}

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
