// Package worker runs a server in a child process, so that an abort in the recogniser
// does not end it: the parent keeps the listening socket and starts the next child,
// which serves whoever waits.
//
// The parent writes orders into a pipe, and the child its state into another. The child
// ends when the pipe of orders does, so it never outlives its parent.
package worker

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// variable marks a child.
const variable = "VF_TRANSCRIBE_WORKER"

// Descriptors of a child, after the standard streams.
const (
	listenerFD = 3 + iota
	ordersFD
	stateFD
)

// Orders of the parent, and states of the child.
const (
	orderStop   = 's' // serve the requests under way and end
	orderHurry  = 'h' // end
	orderReload = 'r' // read the configuration again

	stateReady = 'r' // it serves
	stateAlive = 'a'
	stateEnded = 'e' // it is about to exit with a code of its own
)

// Child is the child's side.
type Child struct {
	Listener net.Listener
	Stop     context.Context // ends when the parent wants the child to stop
	Hurry    context.Context // ends when it must stop without waiting for requests
	Reload   <-chan struct{} // receives when the configuration should be read again
	Orphaned <-chan struct{} // closed when the parent is gone

	state *os.File
}

// Join returns the child's side, or nil if [Parent] has not started this process. It must
// be called first, and once. The child leaves SIGHUP to its parent, also if it is sent to
// both; whatever ends it from then on must be announced by Ended, or counts as a crash.
func Join() (*Child, error) {
	if os.Getenv(variable) == "" {
		return nil, nil
	}
	signal.Ignore(syscall.SIGHUP)
	os.Unsetenv(variable) // so that the programs it starts do not take themselves for children
	if !isListening(listenerFD) {
		return nil, fmt.Errorf("%s is set, but descriptor %d is not a listening socket; unset it", variable, listenerFD)
	}
	for fd := listenerFD; fd <= stateFD; fd++ {
		closeOnExec(fd)
	}
	socket := os.NewFile(listenerFD, "listener")
	l, err := net.FileListener(socket)
	if err != nil {
		return nil, fmt.Errorf("take the listening socket from the parent: %w", err)
	}
	if err := socket.Close(); err != nil { // l has a copy
		return nil, err
	}
	reload, orphaned := make(chan struct{}, 1), make(chan struct{})
	stop, cancelStop := context.WithCancel(context.Background())
	hurry, cancelHurry := context.WithCancel(context.Background())
	orders := os.NewFile(ordersFD, "orders")
	go func() {
		defer close(orphaned)
		for order := make([]byte, 1); ; {
			if _, err := orders.Read(order); err != nil {
				return
			}
			switch order[0] {
			case orderHurry:
				cancelHurry()
				fallthrough
			case orderStop:
				cancelStop()
			case orderReload:
				select {
				case reload <- struct{}{}:
				default: // one is waiting already
				}
			}
		}
	}()
	return &Child{
		Listener: l, Stop: stop, Hurry: hurry, Reload: reload, Orphaned: orphaned, state: os.NewFile(stateFD, "state"),
	}, nil
}

// Ready tells the parent that the child serves, Alive that it still does, and Ended that
// it is about to exit with a code of its own. A parent that does not listen is gone.
func (c *Child) Ready() { c.tell(stateReady) }

// Alive tells the parent that the child still serves.
func (c *Child) Alive() { c.tell(stateAlive) }

// Ended tells the parent that the child is about to exit with a code of its own.
func (c *Child) Ended() { c.tell(stateEnded) }

func (c *Child) tell(state byte) { _, _ = c.state.Write([]byte{state}) }
