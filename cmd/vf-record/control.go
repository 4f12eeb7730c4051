package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"voiceflow/internal/ownsocket"
	"voiceflow/pkg/event"
)

// request is what another vf-record asks of the recorder, in one line of JSON: to act on a
// press or, if Press is empty, for its state.
type request struct {
	Press  string `json:"press,omitempty"` // toggle, start, stop or cancel
	When   moment `json:"when,omitzero"`
	Follow bool   `json:"follow,omitempty"` // also report changes of the state
}

// reply is the answer to a press.
type reply struct {
	// Ending means that the recorder's process is about to end. The connection stays open
	// until everything is written.
	Ending bool   `json:"ending,omitempty"`
	Error  string `json:"error,omitempty"`
	Code   int    `json:"code,omitempty"` // exit code for Error
}

// pressNames are the names of presses in requests.
var pressNames = map[string]trigger{
	"toggle": pressToggle, "start": pressStart, "stop": pressStop, "cancel": pressCancel,
}

// command is a press that the recorder has received.
type command struct {
	press  trigger
	when   moment
	answer chan<- reply // has room for one
}

// control is the socket of a recorder. Its methods may be called on nil.
type control struct {
	listener net.Listener
	commands chan command
	done     chan struct{} // closed by close
	serving  sync.WaitGroup

	mu        sync.Mutex
	state     event.Recorder
	followers map[chan event.Recorder]bool
}

// requestTime is how long a request and an answer may take to be passed.
const requestTime = 2 * time.Second

// listen lets other processes control this one, which holds the lock.
func listen(l *lock) (*control, error) {
	listener, err := ownsocket.Listen(l.socket())
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	c := &control{
		listener: listener, commands: make(chan command), done: make(chan struct{}),
		followers: map[chan event.Recorder]bool{},
	}
	c.publish(event.RecorderArmed)
	c.serving.Go(c.accept)
	return c, nil
}

// received returns the presses.
func (c *control) received() <-chan command {
	if c == nil {
		return nil
	}
	return c.commands
}

// close ends all connections, once their answers have been passed on.
func (c *control) close() {
	if c == nil {
		return
	}
	c.listener.Close()
	close(c.done)
	c.serving.Wait()
}

func (c *control) accept() {
	for {
		conn, err := c.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as too many open files
			select {
			case <-time.After(requestTime):
			case <-c.done:
			}
			continue
		}
		c.serving.Go(func() {
			defer conn.Close()
			c.serve(conn)
		})
	}
}

func (c *control) serve(conn net.Conn) {
	var q request
	_ = conn.SetDeadline(time.Now().Add(requestTime))
	if err := json.NewDecoder(conn).Decode(&q); err != nil {
		return
	}
	if q.Press == "" {
		c.report(conn, q.Follow)
		return
	}
	press, known := pressNames[q.Press]
	if !known {
		c.send(conn, reply{Error: fmt.Sprintf("unknown press %q", q.Press), Code: 1})
		return
	}
	answer := make(chan reply, 1)
	select {
	case c.commands <- command{press, q.When, answer}:
	case <-c.done:
		c.send(conn, reply{Ending: true})
		return
	}
	select {
	case r := <-answer:
		c.send(conn, r)
		if r.Ending {
			<-c.done
		}
	case <-c.done:
		select {
		case r := <-answer:
			c.send(conn, r)
		default:
		}
	}
}

func (c *control) send(conn net.Conn, r reply) {
	_ = conn.SetDeadline(time.Now().Add(requestTime))
	_ = json.NewEncoder(conn).Encode(r) // the other end may have gone
}

// publish sets the state that others see.
func (c *control) publish(s event.RecorderState) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.State == s {
		return
	}
	c.state = event.Recorder{State: s, Since: now(), PID: os.Getpid()}
	for f := range c.followers {
		select {
		case f <- c.state:
		default: // it does not read; it will have to ask again
			delete(c.followers, f)
			close(f)
		}
	}
}

// now returns the time as it is published.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// report writes the state and, if follow is set, its changes.
func (c *control) report(conn net.Conn, follow bool) {
	changes := make(chan event.Recorder, 64)
	c.mu.Lock()
	changes <- c.state
	if follow {
		c.followers[changes] = true
	} else {
		close(changes)
	}
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.followers, changes)
		c.mu.Unlock()
	}()
	out := event.NewWriter(conn)
	for {
		select {
		case state, ok := <-changes:
			if !ok {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(requestTime))
			if err := out.Write(&state); err != nil {
				return
			}
		case <-c.done:
			return
		}
	}
}
