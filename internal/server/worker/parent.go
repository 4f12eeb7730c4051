package worker

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Parent starts children, one after the other.
type Parent struct {
	Socket *os.File  // that the children listen at
	Args   []string  // of the program
	Stderr io.Writer // of the children
	Reload <-chan os.Signal

	Ready func()                                  // called when the first child serves
	Alive func()                                  // called now and then, as long as one does
	Died  func(reason string, next time.Duration) // called when one died; next is when another starts
	// Stopping is called when the child has been told to stop.
	Stopping func()

	ready bool
	delay time.Duration // before the next child
	early int           // children that died before any was ready
}

const (
	// soon is the age of a child that died right after its start.
	soon = time.Second
	// shortestDelay doubles with each child that died right after its start.
	shortestDelay, longestDelay = 50 * time.Millisecond, 2 * time.Second
	// most children die before the first is ready: then none will be.
	most = 5
)

// DiedError means that no child ever served.
type DiedError struct{ Reason string }

func (e *DiedError) Error() string {
	return fmt.Sprintf("the server's process died %d times before it was ready: %s", most, e.Reason)
}

// Run runs children until one exits by itself, and returns its exit code. It tells the
// child to stop when stop is closed, and to hurry when ctx ends. The error is a
// [DiedError], or that of starting the first child.
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
			if c.ended || stopped {
				return max(c.cmd.ProcessState.ExitCode(), 0), nil
			}
			reason = c.cmd.ProcessState.String()
		}
		if p.early++; !p.ready && p.early == most {
			return 0, &DiedError{reason}
		}
		if p.wait(ctx, stop, time.Since(began), reason) {
			return 0, nil
		}
	}
}

// wait waits before the next child is started. It reports whether there should be none.
func (p *Parent) wait(ctx context.Context, stop <-chan struct{}, age time.Duration, reason string) (stopped bool) {
	p.delay = min(max(2*p.delay, shortestDelay), longestDelay)
	if age > soon {
		p.delay = 0
	}
	p.Died(reason, p.delay)
	select {
	case <-time.After(p.delay):
		p.Alive()
		return false
	case <-stop:
	case <-ctx.Done():
	}
	return true
}

// process is a child as its parent sees it.
type process struct {
	cmd    *exec.Cmd
	orders *os.File
	states chan byte // closed at the child's end
	ended  bool      // it announced its end
}

func (p *Parent) start() (*process, error) {
	ordersOut, ordersIn, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer ordersOut.Close()
	statesOut, statesIn, err := os.Pipe()
	if err != nil {
		ordersIn.Close()
		return nil, err
	}
	defer statesIn.Close()
	cmd := exec.Command(self(), p.Args[1:]...)
	cmd.Args[0] = p.Args[0]
	cmd.Env = append(slices.DeleteFunc(os.Environ(), isSystemd), variable+"=1")
	cmd.Stderr = p.Stderr
	cmd.ExtraFiles = []*os.File{p.Socket, ordersOut, statesIn}
	if err := cmd.Start(); err != nil {
		ordersIn.Close()
		statesOut.Close()
		return nil, fmt.Errorf("start the server's process: %w", err)
	}
	c := &process{cmd: cmd, orders: ordersIn, states: make(chan byte)}
	go func() {
		defer close(c.states)
		defer statesOut.Close()
		for state := make([]byte, 1); ; {
			if _, err := statesOut.Read(state); err != nil {
				return
			}
			c.states <- state[0]
		}
	}()
	return c, nil
}

// self returns the path of this program, even if it has been replaced since it started.
func self() string {
	path, err := os.Executable()
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return "/proc/self/exe"
	}
	return path
}

// isSystemd reports whether a variable is between systemd and the parent alone.
// WATCHDOG_USEC stays: it is how often the child reports.
func isSystemd(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"NOTIFY_SOCKET", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}, name)
}

// attend passes on orders until the child has ended. It reports whether the child was told
// to stop.
func (p *Parent) attend(ctx context.Context, stop <-chan struct{}, c *process) (stopped bool) {
	defer c.orders.Close()
	hurry := ctx.Done()
	// A child that does not take orders has ended, or is about to.
	order := func(o byte) { _, _ = c.orders.Write([]byte{o}) }
	for {
		select {
		case <-stop:
			stop, stopped = nil, true
			order(orderStop)
			p.Stopping()
		case <-hurry:
			hurry, stopped = nil, true
			order(orderHurry)
		case <-p.Reload:
			order(orderReload)
		case state, open := <-c.states:
			if !open {
				_ = c.cmd.Wait() // ProcessState has the result
				return stopped
			}
			p.take(c, state)
		}
	}
}

// take acts on a state of the child.
func (p *Parent) take(c *process, state byte) {
	switch state {
	case stateReady:
		if !p.ready {
			p.ready = true
			p.Ready()
		}
	case stateAlive:
		p.Alive()
	case stateEnded:
		c.ended = true
	}
}
