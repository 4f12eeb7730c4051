package worker

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// Parent starts children, one after the other.
type Parent struct {
	Socket *os.File  // that the children listen at
	Args   []string  // of the program
	Stderr io.Writer // of the children
	Reload <-chan os.Signal

	Ready func()                                  // called when the first child serves
	Died  func(reason string, next time.Duration) // called when one died; next is when another starts
	// Refused is called when a child, but not the first, has exited with a code of its own
	// because it cannot serve. It has said why.
	Refused func(code int, next time.Duration)
	// Stopping is called when the child has been told to stop.
	Stopping func()
	// Alive is called now and then while a child serves, and every Beat while the next one
	// starts, for up to 10 minutes, or is waited for.
	Alive func()
	Beat  time.Duration // 0: never

	ready bool
	delay time.Duration // before the next child
	early int           // children that died before any was ready
}

const (
	// soon is the age of a child that died right after its start.
	soon = time.Second
	// shortestDelay doubles with each child that died right after its start.
	shortestDelay, longestDelay = 50 * time.Millisecond, 2 * time.Second
	// shortestRefusal doubles with each child in a row that refuses to serve. Each loads a
	// model, and what is wrong needs a person.
	shortestRefusal, longestRefusal = 2 * time.Second, 30 * time.Second
	// longestStart is how long a child may start until the parent no longer vouches for it.
	longestStart = 10 * time.Minute
	// most children die before the first is ready: then none will be.
	most = 5
)

// DiedError means that no child ever served.
type DiedError struct{ Reason string }

func (e *DiedError) Error() string {
	return fmt.Sprintf("the server's process died %d times before it was ready: %s", most, e.Reason)
}

// Run runs children until stop is closed or ctx ends, and returns the exit code of the
// last. It tells the child to stop when stop is closed, and to hurry when ctx ends. If a
// child exits with a code of its own before any was ready, that is returned. The error is
// a [DiedError], or that of starting the first child.
func (p *Parent) Run(ctx context.Context, stop <-chan struct{}) (code int, err error) {
	for {
		began := time.Now()
		c, err := p.start()
		if err != nil && !p.ready {
			return 0, err
		}
		reason := fmt.Sprint(err)
		if err == nil {
			stopped := p.attend(ctx, stop, c)
			code := max(c.cmd.ProcessState.ExitCode(), 0)
			if stopped || c.ended && (code == 0 || !p.ready) {
				return code, nil
			}
			reason = c.cmd.ProcessState.String()
		}
		if err == nil && c.ended {
			p.afterRefusal(c)
		} else {
			if p.early++; !p.ready && p.early == most {
				return 0, &DiedError{reason}
			}
			p.afterDeath(time.Since(began), reason)
		}
		if p.wait(ctx, stop) {
			return 0, nil
		}
	}
}

// afterDeath sets the delay after the death of a child.
func (p *Parent) afterDeath(age time.Duration, reason string) {
	p.delay = min(max(2*p.delay, shortestDelay), longestDelay)
	if age > soon {
		p.delay = 0
	}
	p.Died(reason, p.delay)
}

// afterRefusal sets the delay after a child that has exited with a code of its own.
func (p *Parent) afterRefusal(c *process) {
	p.delay = min(max(2*p.delay, shortestRefusal), longestRefusal)
	if c.ready {
		p.delay = shortestRefusal
	}
	p.Refused(c.cmd.ProcessState.ExitCode(), p.delay)
}

// wait waits before the next child is started, which a reload does at once. It reports
// whether there should be none.
func (p *Parent) wait(ctx context.Context, stop <-chan struct{}) (stopped bool) {
	beat, end := p.beat()
	defer end()
	next := time.After(p.delay)
	for {
		select {
		case <-next:
			p.Alive()
			return false
		case <-p.Reload:
			return false
		case <-beat:
			p.Alive()
		case <-stop:
			return true
		case <-ctx.Done():
			return true
		}
	}
}

// beat returns when to call Alive, until end is called.
func (p *Parent) beat() (beat <-chan time.Time, end func()) {
	if p.Beat <= 0 {
		return nil, func() {}
	}
	ticker := time.NewTicker(p.Beat)
	return ticker.C, ticker.Stop
}
