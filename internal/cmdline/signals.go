package cmdline

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// drainTime is how long a filter goes on reading after SIGTERM. Within it the
// programs before it in a pipeline, stopped at the same moment, hand on what
// they have; a program that was told to stop alone does not wait for more.
const drainTime = 5 * time.Second

// idleTime tells input that is waiting in a pipe, which is there at once, from
// the next block of a microphone.
const idleTime = 5 * time.Millisecond

// graceTime is how long a program has, after the second interrupt, to put in
// order what it leaves behind.
const graceTime = 700 * time.Millisecond

// signals turns interrupts into the habits of the pipeline. Ctrl-C reaches all
// of it at once: the first closes stop, which only the program at the source
// heeds; the others go on to the end of their input, so that the last words
// arrive. The second ends ctx.
type signals struct {
	ctx    context.Context
	cancel context.CancelFunc
	stop   chan struct{}
	ch     chan os.Signal
	late   chan struct{} // closed graceTime after ctx was ended by a signal
	over   chan struct{} // closed when the program is done

	drained chan struct{} // closed drainTime after SIGTERM
	done    sync.WaitGroup
}

// watchSignals catches the signals. Of a terminal that is closed only a program
// that is no part of a pipeline is told, to leave nothing behind: words that come
// after it would go to whichever window is there then.
func watchSignals(hangup bool) *signals {
	s := &signals{
		stop: make(chan struct{}), drained: make(chan struct{}),
		late: make(chan struct{}), over: make(chan struct{}),
		ch: make(chan os.Signal, 4),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	// With SIGPIPE caught, a write to a pipe without reader is an error that
	// leaves time to put files in order.
	signal.Notify(s.ch, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	if hangup && !signal.Ignored(syscall.SIGHUP) { // as under nohup
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
			// A terminal that is closed may say so twice, by itself and by its
			// shell: that is nobody's second Ctrl-C.
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
			close(s.drained)
			drain = nil
		case <-s.ctx.Done():
			return
		}
	}
}

// hurry waits for the program to be done, but not for long.
func (s *signals) hurry() {
	select {
	case <-time.After(graceTime):
		close(s.late)
	case <-s.over:
	}
}

func (s *signals) close() {
	signal.Stop(s.ch)
	close(s.over)
	s.cancel()
	s.done.Wait()
}

// reader is the input of a filter. It ends when r does or, drainTime after
// SIGTERM, when r has nothing to give at once; it fails when ctx ends, even
// while r has nothing to give.
func (s *signals) reader(r io.Reader) io.Reader {
	return &input{signals: s, from: r}
}

type input struct {
	signals *signals
	from    io.Reader
	start   sync.Once
	blocks  chan []byte // filled by a goroutine of its own: a read of a pipe cannot be woken
	rest    []byte
	err     error // of from, valid once blocks is closed
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
	var idle <-chan time.Time
	drained := in.signals.drained
	for {
		select {
		case block, ok := <-in.blocks:
			if !ok {
				return nil, in.err
			}
			return block, nil
		case <-drained:
			drained, idle = nil, time.After(idleTime)
		case <-idle:
			return nil, io.EOF
		case <-in.signals.ctx.Done():
			return nil, in.signals.ctx.Err()
		}
	}
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
