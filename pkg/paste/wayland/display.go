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
	// openTime bounds the first exchange with the compositor.
	openTime = 5 * time.Second
	// writeTime bounds the writing of one request, which waits only when the
	// compositor has stopped reading.
	writeTime = 5 * time.Second
)

var (
	// ErrNoVirtualKeyboard says that the compositor lets no program type.
	ErrNoVirtualKeyboard = errors.New("the compositor offers no virtual keyboard (zwp_virtual_keyboard_manager_v1)")
	// ErrNoDataControl says that the compositor lets no program without a
	// window use the clipboard.
	ErrNoDataControl = errors.New("the compositor offers no clipboard control (ext_data_control_manager_v1 or zwlr_data_control_manager_v1)")
	// ErrNoFocus says that the compositor does not tell which window has the
	// focus.
	ErrNoFocus = errors.New("the compositor does not tell the focused window (zwlr_foreign_toplevel_manager_v1)")
	// ErrClosed says that the display was closed.
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

// Display is a connection to a Wayland compositor. Its methods may be called
// one at a time; Serve and Close beside the others.
type Display struct {
	conn  *conn
	gone  chan struct{}  // closed when the connection has ended, err says why
	tasks sync.WaitGroup // goroutines

	pasting sync.Mutex // held by a paste, and by what ends its loan
	lent    *lent      // text that stays on the clipboard; pasting guards it

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

// Open connects to the compositor of that name or path, "" for that of
// $WAYLAND_DISPLAY, and asks what it offers; it waits 5 seconds at most. Close
// the display when done.
func Open(display string) (*Display, error) {
	path, err := socketPath(display, os.Getenv)
	if err != nil {
		return nil, fmt.Errorf("open wayland display: %w", err)
	}
	sock, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("open wayland display: %w: run it in a Wayland session, or set WAYLAND_DISPLAY to its socket", err)
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

// socketPath tells where the compositor's socket is.
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
		return "", errors.New("XDG_RUNTIME_DIR is not set: run it in a Wayland session, or give the socket's full path")
	}
	return filepath.Join(dir, display), nil
}

// start asks for what the compositor offers and binds what is needed.
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
	// The answers: the seat's capabilities, the clipboard's offers.
	return d.roundtrip(ctx)
}

// bindGlobals binds the seat and the clipboards. The rest is bound when it is
// used.
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
		return errors.New("the compositor has no seat, thus nothing to type into")
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
			d.fail(fmt.Errorf("the connection to the compositor broke: %w", err))
		}
		ended := d.err != nil
		d.mu.Unlock()
		if ended {
			d.conn.closeFDs()
			return
		}
	}
}

// fail ends the connection for good, for the first reason that is given. The
// caller holds mu.
func (d *Display) fail(reason error) {
	if d.err != nil {
		return
	}
	d.err = reason
	// It wakes the loop. What it says about closing helps nobody.
	d.conn.sock.Close()
	close(d.gone)
}

func (d *Display) handleDisplay(opcode uint16, a *args) {
	switch opcode {
	case displayError:
		object, code, message := a.uint(), a.uint(), a.string()
		d.fail(fmt.Errorf("the compositor refused a request: %s (object %d, code %d)", strings.TrimSpace(message), object, code))
	case displayDeleteID:
		// Only now can no more events for it be under way.
		delete(d.handlers, a.uint())
	}
}

func (d *Display) handleRegistry(opcode uint16, a *args) {
	if opcode != registryGlobal {
		return
	}
	name, iface, version := a.uint(), a.string(), a.uint()
	if _, known := d.globals[iface]; !known { // the first seat is the user's
		d.globals[iface] = global{name, version}
	}
}

// newObject returns a number for an object that the next request creates. The
// caller holds mu until it has sent that, for the numbers must arrive in order.
func (d *Display) newObject(handle func(opcode uint16, a *args)) uint32 {
	d.lastID++
	d.handlers[d.lastID] = handle
	return d.lastID
}

// bind returns an object for a global, in the version given or the lower one
// that the compositor has, and that version; 0 where it has no such global. The
// caller holds mu.
func (d *Display) bind(iface string, version uint32, handle func(opcode uint16, a *args)) (id, bound uint32, err error) {
	g, ok := d.globals[iface]
	if !ok {
		return 0, 0, nil
	}
	version = min(version, g.version)
	id = d.newObject(handle)
	return id, version, d.send(newRequest(d.registry, registryBind).uint(g.name).string(iface).uint(version).uint(id))
}
