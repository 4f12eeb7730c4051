package wayland

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// openTime limits the first exchange with the compositor.
	openTime = 5 * time.Second
	// writeTime limits the time to write one request, which blocks only if the
	// compositor has stopped reading.
	writeTime = 5 * time.Second
)

var (
	// ErrNoVirtualKeyboard means that the compositor does not let programs type.
	ErrNoVirtualKeyboard = errors.New("the compositor offers no virtual keyboard (zwp_virtual_keyboard_manager_v1)")
	// ErrNoDataControl means that the compositor does not let programs without a
	// window use the clipboard.
	ErrNoDataControl = errors.New("the compositor offers no clipboard control " +
		"(ext_data_control_manager_v1 or zwlr_data_control_manager_v1)")
	// ErrNoFocus means that the compositor does not report which window has the
	// focus.
	ErrNoFocus = errors.New("the compositor does not report the focused window (zwlr_foreign_toplevel_manager_v1)")
	// ErrClosed means that the display was closed.
	ErrClosed = errors.New("the wayland display is closed")
)

// Objects and opcodes of wayland.xml, the core protocol.
const (
	displayID = 1

	displaySync        = 0
	displayGetRegistry = 1
	displayError       = 0 // event
	displayDeleteID    = 1 // event

	registryBind   = 0
	registryGlobal = 0 // event

	seatCapabilities = 0 // event
	seatHasKeyboard  = 2 // bit of the capabilities
)

// global is an object that the compositor offers.
type global struct {
	name, version uint32
}

// Display is a connection to a Wayland compositor. Its methods must be called one
// at a time, except for Serve and Close, which may run alongside the others.
type Display struct {
	conn  *conn
	gone  chan struct{}  // closed when the connection has ended; err is the reason
	tasks sync.WaitGroup // goroutines

	pasting sync.Mutex // held by a paste, and while its text is taken off the clipboard
	lent    *lentText  // text that stays on the clipboard; guarded by pasting

	mu       sync.Mutex // guards the rest, and the order of requests
	err      error      // why the connection ended
	lastID   uint32
	handlers map[uint32]func(opcode uint16, a *args) // of events, by object; called with mu held
	globals  map[string]global
	registry uint32
	seat     uint32
	seatCaps uint32
	keyboard *keyboard
	clips    *clipboards
	windows  map[uint32]*window // nil until Focused is called
}

// Open connects to the compositor with a socket name or path, $WAYLAND_DISPLAY if
// it is empty, and asks for its features. It waits for at most 5 seconds. Close
// the display when done.
func Open(display string) (*Display, error) {
	if err := checkSystem(); err != nil {
		return nil, fmt.Errorf("open wayland display: %w", err)
	}
	path, err := socketPath(display, os.Getenv)
	if err != nil {
		return nil, fmt.Errorf("open wayland display: %w", err)
	}
	sock, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("open wayland display: %w: "+
			"run it in a Wayland session, or set WAYLAND_DISPLAY to its socket", err)
	}
	d := &Display{
		conn:     &conn{sock: sock},
		gone:     make(chan struct{}),
		lastID:   displayID,
		handlers: map[uint32]func(uint16, *args){},
		globals:  map[string]global{},
	}
	d.handlers[displayID] = d.handleDisplay
	d.tasks.Add(1)
	go d.loop()
	if err := d.start(); err != nil {
		d.Close()
		return nil, fmt.Errorf("open wayland display %s: %w", path, err)
	}
	return d, nil
}

// socketPath returns the path of the compositor's socket.
func socketPath(display string, env func(string) string) (string, error) {
	if display == "" {
		display = env("WAYLAND_DISPLAY")
	}
	if display == "" {
		return "", errors.New("WAYLAND_DISPLAY is not set: run it in a Wayland session")
	}
	if filepath.IsAbs(display) {
		return display, nil
	}
	dir := env("XDG_RUNTIME_DIR")
	if dir == "" {
		return "", errors.New("XDG_RUNTIME_DIR is not set: run it in a Wayland session, or use the socket's full path")
	}
	return filepath.Join(dir, display), nil
}

// start asks for the compositor's globals and binds those needed first.
func (d *Display) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), openTime)
	defer cancel()
	d.mu.Lock()
	d.registry = d.newObject(d.handleRegistry)
	err := d.send(newRequest(displayID, displayGetRegistry).uint(d.registry))
	d.mu.Unlock()
	if err != nil {
		return err
	}
	if err := d.roundtrip(ctx); err != nil {
		return err
	}
	d.mu.Lock()
	err = d.bindGlobals()
	d.mu.Unlock()
	if err != nil {
		return err
	}
	// Wait for the answers: the seat's capabilities and the clipboard's offers.
	return d.roundtrip(ctx)
}

// bindGlobals binds the seat and the clipboards. Other globals are bound on first
// use.
func (d *Display) bindGlobals() error {
	var err error
	d.seat, _, err = d.bind("wl_seat", 1, func(opcode uint16, a *args) {
		if opcode == seatCapabilities {
			d.seatCaps = a.uint()
		}
	})
	if err != nil {
		return err
	}
	if d.seat == 0 {
		return errors.New("the compositor has no seat, so nothing to type into")
	}
	return d.bindClipboards()
}

// loop handles events until the connection ends.
func (d *Display) loop() {
	defer d.tasks.Done()
	for {
		object, opcode, a, err := d.conn.read()
		d.mu.Lock()
		if err == nil {
			if handle := d.handlers[object]; handle != nil {
				handle(opcode, a)
			}
			if a.bad {
				err = fmt.Errorf("%w: object %d, opcode %d", errMalformed, object, opcode)
			}
		}
		if err != nil {
			d.fail(fmt.Errorf("the connection to the compositor failed: %w", err))
		}
		ended := d.err != nil
		d.mu.Unlock()
		if ended {
			d.conn.closeFDs()
			return
		}
	}
}

// fail ends the connection permanently. Only the first reason is kept. The caller
// holds mu.
func (d *Display) fail(reason error) {
	if d.err != nil {
		return
	}
	d.err = reason
	d.conn.sock.Close() // wakes the loop
	close(d.gone)
}

func (d *Display) handleDisplay(opcode uint16, a *args) {
	switch opcode {
	case displayError:
		object, code, message := a.uint(), a.uint(), a.string()
		d.fail(fmt.Errorf("the compositor refused a request: %s (object %d, code %d)",
			strings.TrimSpace(message), object, code))
	case displayDeleteID:
		// From now on, no more events for it can arrive.
		delete(d.handlers, a.uint())
	}
}

func (d *Display) handleRegistry(opcode uint16, a *args) {
	if opcode != registryGlobal {
		return
	}
	name, iface, version := a.uint(), a.string(), a.uint()
	if _, ok := d.globals[iface]; !ok { // keep the first: the first seat is the user's
		d.globals[iface] = global{name, version}
	}
}

// newObject returns an ID for an object that the next request creates. The caller
// holds mu until it has sent that request, since IDs must arrive in order.
func (d *Display) newObject(handle func(opcode uint16, a *args)) uint32 {
	d.lastID++
	d.handlers[d.lastID] = handle
	return d.lastID
}

// bind returns an object for a global, with the given version or the lower one that
// the compositor has, and that version. The ID is 0 if the compositor has no such
// global. The caller holds mu.
func (d *Display) bind(iface string, version uint32, handle func(opcode uint16, a *args)) (
	id, bound uint32, err error) {
	g, ok := d.globals[iface]
	if !ok {
		return 0, 0, nil
	}
	version = min(version, g.version)
	id = d.newObject(handle)
	return id, version, d.send(newRequest(d.registry, registryBind).uint(g.name).string(iface).uint(version).uint(id))
}
