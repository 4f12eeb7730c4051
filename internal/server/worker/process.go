package worker

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// process is a child as its parent sees it.
type process struct {
	cmd    *exec.Cmd
	orders *os.File
	states chan byte // closed at the child's end
	ready  bool      // it served
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
	cmd.SysProcAttr = ownSession()
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
	beat, end := p.beat()
	defer end()
	overdue := time.After(longestStart)
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
		case <-beat:
			if !c.ready { // later it says so itself
				p.Alive()
			}
		case <-overdue:
			beat = nil
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
		c.ready = true
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
