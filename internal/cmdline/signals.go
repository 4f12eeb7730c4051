package cmdline

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// drainTime is how long a filter keeps reading after SIGTERM. It lets earlier
// programs in the pipeline, stopped at the same moment, flush their output. After
// that a filter reads only input that is already waiting in the pipe.
const drainTime = 5 * time.Second

// awaitTime is how long after SIGTERM a filter keeps reading if more is sure to come; see
// Env.Await. Service managers kill a program after 90 s.
const awaitTime = 60 * time.Second

// awaitPause is the time between two looks at whether more is sure to come.
const awaitPause = 100 * time.Millisecond

// idleTime distinguishes input already waiting in a pipe, which arrives
// immediately, from the next block of a microphone.
const idleTime = 5 * time.Millisecond

// graceTime is how long a program may take to clean up after the second
// interrupt.
const graceTime = 500 * time.Millisecond

// signals turns signals into an orderly shutdown of a pipeline. Ctrl-C reaches
// all programs of a pipeline at the same moment. The first one closes stop, which
// only the program at the source obeys; the others continue to the end of their
// input, so that the last words arrive. The second one cancels ctx.
type signals struct {
	ctx      context.Context
	cancel   context.CancelFunc
	stop     chan struct{}
	ch       chan os.Signal
	overdue  chan struct{} // closed graceTime after a signal cancelled ctx
	finished chan struct{} // closed when the program is done

	drained chan struct{} // closed drainTime after SIGTERM
	limit   time.Time     // awaitTime after SIGTERM; set before drained is closed
	pending atomic.Pointer[func() bool]
	cut     atomic.Bool // input was left unread after that
	done    sync.WaitGroup
}

// watchSignals starts catching signals. SIGHUP, sent when the terminal closes, is
// caught only if hangup is set, for programs outside the pipeline, which then
// clean up. It kills pipeline programs, because words that arrive later would go
// to whichever window has the focus by then.
func watchSignals(hangup bool) *signals {
	s := &signals{
		stop: make(chan struct{}), drained: make(chan struct{}),
		overdue: make(chan struct{}), finished: make(chan struct{}),
		ch: make(chan os.Signal, 4),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	// With SIGPIPE caught, a write to a pipe without a reader fails with an error,
	// which leaves time to close files properly.
	signal.Notify(s.ch, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	if hangup && !signal.Ignored(syscall.SIGHUP) { // ignored under nohup
		signal.Notify(s.ch, syscall.SIGHUP)
	}
	s.done.Go(s.watch)
	return s
}

func (s *signals) watch() {
	var drain <-chan time.Time
	seen := 0
	for {
		select {
		case sig := <-s.ch:
			// When a terminal closes, SIGHUP may arrive twice, from the kernel and
			// from the shell. That does not count as a second Ctrl-C.
			if sig == syscall.SIGPIPE || sig == syscall.SIGHUP && seen > 0 {
				continue
			}
			if seen++; seen == 2 {
				s.cancel()
				s.hurry()
				return
			}
			close(s.stop)
			if sig == syscall.SIGTERM || sig == syscall.SIGHUP {
				drain = time.After(drainTime)
			}
		case <-drain:
			s.limit = time.Now().Add(awaitTime - drainTime)
			close(s.drained)
			drain = nil
		case <-s.ctx.Done():
			return
		}
	}
}

// hurry waits up to graceTime for the program to finish.
func (s *signals) hurry() {
	select {
	case <-time.After(graceTime):
		close(s.overdue)
	case <-s.finished:
	}
}

func (s *signals) close() {
	signal.Stop(s.ch)
	close(s.finished)
	s.cancel()
	s.done.Wait()
}

// reader returns the input of a filter. It ends when r does or, from drainTime
// after SIGTERM on, as soon as r has no data waiting, unless more is sure to come. It
// fails when ctx is cancelled, even while a read of r is blocked.
func (s *signals) reader(r io.Reader) io.Reader {
	return &input{signals: s, from: r}
}

type input struct {
	signals *signals
	from    io.Reader
	start   sync.Once
	blocks  chan []byte // filled by a separate goroutine, as a blocked read of a pipe cannot be interrupted
	rest    []byte
	err     error // from reading from; valid once blocks is closed
}

func (in *input) Read(p []byte) (int, error) {
	in.start.Do(func() {
		in.blocks = make(chan []byte)
		go in.pump()
	})
	if len(in.rest) == 0 {
		block, err := in.next()
		if err != nil {
			return 0, err
		}
		in.rest = block
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

func (in *input) next() ([]byte, error) {
	var idle, again <-chan time.Time
	drained := in.signals.drained
	for {
		select {
		case block, ok := <-in.blocks:
			if !ok {
				return nil, in.err
			}
			return block, nil
		case <-drained:
			drained = nil
			again, idle = in.signals.afterDrain()
		case <-again:
			again, idle = in.signals.afterDrain()
		case <-idle:
			in.signals.cut.Store(true)
			return nil, io.EOF
		case <-in.signals.ctx.Done():
			return nil, in.signals.ctx.Err()
		}
	}
}

// afterDrain returns when to call it again if more is sure to come, or else when to stop
// if no data has come by then.
func (s *signals) afterDrain() (again, idle <-chan time.Time) {
	if pending := s.pending.Load(); pending != nil && (*pending)() && time.Now().Before(s.limit) {
		return time.After(awaitPause), nil
	}
	return nil, time.After(idleTime)
}

func (in *input) pump() {
	defer close(in.blocks)
	for {
		block := make([]byte, 64<<10)
		n, err := in.from.Read(block)
		if n > 0 {
			select {
			case in.blocks <- block[:n]:
			case <-in.signals.ctx.Done():
				return
			}
		}
		if err != nil {
			in.err = err
			return
		}
	}
}
