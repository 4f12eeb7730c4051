package x11

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

const (
	openTime  = 10 * time.Second // for the server to accept the connection
	cleanTime = 2 * time.Second  // for cleaning up after a context is done
	closeTime = 5 * time.Second  // for removing our symbols from the keyboard
)

// Display is a connection to an X server. Its methods may be called from
// several goroutines; they run one at a time.
type Display struct {
	conn     *xgb.Conn
	root     xproto.Window
	own      xproto.Window // never shown; owns the clipboard and receives its content
	atoms    map[string]xproto.Atom
	ids      uint32 // the bits in which the resources of one client differ
	xkb      byte   // major opcode of XKEYBOARD
	resource byte   // major opcode of X-Resource, 0 if missing
	input    byte   // major opcode of XInputExtension, 0 if missing

	turn  chan struct{} // held by the running method
	gone  chan struct{} // closed when the connection has ended
	close sync.Once

	keys    keyboard // guarded by turn
	loan    *loan    // guarded by turn; nil if our text is not on the clipboard
	serial  uint32   // of the last ping
	pongs   chan uint32
	replies chan xgb.Event // for our windows: SelectionNotify, and PropertyNotify with a new value

	mu        sync.Mutex
	offers    map[xproto.Atom]*offer // content that we serve, by selection
	changed   chan struct{}          // closed and replaced when an offer comes or goes
	transfers map[channel]*transfer
}

// Open connects to the X server of a display, $DISPLAY if it is empty. It fails
// if there is no server, or if the server lacks XTEST or XKEYBOARD.
func Open(display string) (*Display, error) {
	if display == "" {
		display = os.Getenv("DISPLAY")
	}
	if display == "" {
		return nil, errors.New("open X display: DISPLAY is not set: run it in the desktop session")
	}
	d, err := connect(display)
	if err != nil {
		return nil, fmt.Errorf("open X display %s: %w", display, err)
	}
	return d, nil
}

// connect connects and prepares the display. It gives up after openTime, since a
// server can accept a connection and then never answer.
func connect(display string) (*Display, error) {
	xgb.Logger.SetOutput(io.Discard) // errors are returned; a package must not write to stderr
	type result struct {
		d   *Display
		err error
	}
	made := make(chan result)
	late := make(chan struct{})
	go func() {
		conn, err := xgb.NewConnDisplay(display)
		if err != nil {
			err = fmt.Errorf("%w: is the server running, and may this user use it (XAUTHORITY)?", err)
		}
		var d *Display
		if err == nil {
			d, err = setUp(conn)
		}
		select {
		case made <- result{d, err}:
		case <-late:
			if d != nil {
				d.Close()
			}
		}
	}()
	select {
	case r := <-made:
		return r.d, r.err
	case <-time.After(openTime):
		close(late)
		return nil, fmt.Errorf("the server did not answer within %v: is it stopped?", openTime)
	}
}

func setUp(conn *xgb.Conn) (*Display, error) {
	setup := xproto.Setup(conn)
	d := &Display{
		conn:      conn,
		root:      setup.DefaultScreen(conn).Root,
		ids:       setup.ResourceIdMask,
		turn:      make(chan struct{}, 1),
		gone:      make(chan struct{}),
		pongs:     make(chan uint32, 16),
		replies:   make(chan xgb.Event, 64),
		offers:    map[xproto.Atom]*offer{},
		changed:   make(chan struct{}),
		transfers: map[channel]*transfer{},
	}
	d.keys.bound = map[xproto.Keycode][2]keysym{}
	if err := d.prepare(); err != nil {
		conn.Close()
		return nil, err
	}
	go d.events()
	return d, nil
}

// prepare finds the extensions and creates our window.
func (d *Display) prepare() error {
	if err := xtest.Init(d.conn); err != nil {
		return fmt.Errorf("the server lacks the XTEST extension, which presses keys: enable it: %w", err)
	}
	if err := d.useXKB(); err != nil {
		return err
	}
	d.resource = d.extension("X-Resource")
	d.input = d.extension("XInputExtension")
	if err := d.internAtoms(); err != nil {
		return err
	}
	var err error
	if d.own, err = d.window(); err != nil {
		return err
	}
	// Programs send their answers to pings to the root window.
	err = xproto.ChangeWindowAttributesChecked(d.conn, d.root, xproto.CwEventMask,
		[]uint32{xproto.EventMaskSubstructureNotify}).Check()
	if err != nil {
		return fmt.Errorf("watch the root window: %w", err)
	}
	return nil
}

// extension returns the major opcode of an optional extension, 0 if the server
// lacks it.
func (d *Display) extension(name string) byte {
	r, err := xproto.QueryExtension(d.conn, uint16(len(name)), name).Reply()
	if err != nil || !r.Present {
		return 0
	}
	return r.MajorOpcode
}

// window creates a window that is never shown.
func (d *Display) window() (xproto.Window, error) {
	id, err := xproto.NewWindowId(d.conn)
	if err == nil {
		err = xproto.CreateWindowChecked(d.conn, 0, id, d.root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
			xproto.CwOverrideRedirect|xproto.CwEventMask, []uint32{1, xproto.EventMaskPropertyChange}).Check()
	}
	if err != nil {
		return 0, fmt.Errorf("create a window: %w", err)
	}
	return id, nil
}

// Close waits until programs have handled their keys, removes our symbols from
// the keyboard, gives up the clipboard and ends the connection. It takes up to 6
// seconds if a program does not handle its keys; the symbols then stay, on keys
// that no physical keyboard has. Calling Close again does nothing.
func (d *Display) Close() {
	d.close.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		_ = d.work(ctx, d.unbind) // the caller could not act on an error
		d.conn.Close()
		select {
		case <-d.gone:
		case <-time.After(time.Second): // the server hangs
		}
	})
}

// work runs one task at a time, in its own goroutine, so that a server that hangs
// cannot block the caller for more than cleanTime after ctx is done.
func (d *Display) work(ctx context.Context, task func(context.Context) error) error {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	done := make(chan error, 1)
	go func() {
		err := task(ctx)
		<-d.turn
		done <- err
	}()
	select {
	case err := <-done:
		return d.explain(err)
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return d.explain(err)
	case <-time.After(cleanTime):
		return fmt.Errorf("the X server does not answer: %w", ctx.Err())
	}
}

// explain returns ErrGone for errors that come from the end of the connection.
func (d *Display) explain(err error) error {
	select {
	case <-d.gone:
		if err != nil && !errors.Is(err, ErrGone) {
			return fmt.Errorf("%w (%w)", ErrGone, err)
		}
	default:
		if errors.Is(err, io.EOF) {
			return ErrGone
		}
	}
	return err
}
