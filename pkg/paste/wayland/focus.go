package wayland

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Opcodes of wlr-foreign-toplevel-management-unstable-v1.xml, version 1.
const (
	managerToplevel = 0 // event

	toplevelDestroy = 7
	toplevelAppID   = 1 // event
	toplevelState   = 4 // event
	toplevelClosed  = 6 // event

	stateActivated = 2 // in the array of toplevelState
)

// window is a window of any program.
type window struct {
	appID     string
	activated bool
}

// Focused returns the application ID of the focused window, such as "foot" or
// "org.gnome.TextEditor", or "" if there is none. The error is ErrNoFocus if the
// compositor does not report the focus.
func (d *Display) Focused(ctx context.Context) (string, error) {
	appID, _, err := d.focused(ctx)
	return appID, err
}

// HasFocus reports whether any window has the focus. The error is ErrNoFocus if the
// compositor does not report the focus.
func (d *Display) HasFocus(ctx context.Context) (bool, error) {
	_, has, err := d.focused(ctx)
	return has, err
}

func (d *Display) focused(ctx context.Context) (appID string, has bool, err error) {
	d.mu.Lock()
	err = d.watchWindows()
	d.mu.Unlock()
	if err == nil {
		err = d.roundtrip(ctx)
	}
	if err != nil {
		return "", false, fmt.Errorf("find the focused window: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.windows {
		if w.activated {
			return w.appID, true, nil
		}
	}
	return "", false, nil
}

// terminals are parts of the application IDs of terminals.
var terminals = []string{"term", "foot", "kitty", "alacritty", "konsole", "ghostty", "rio", "urxvt", "console",
	"tilix", "ptyxis"}

// IsTerminal reports whether an application ID is that of a terminal, in which
// Ctrl+V does not paste.
func IsTerminal(appID string) bool {
	return slices.ContainsFunc(terminals, func(t string) bool { return strings.Contains(strings.ToLower(appID), t) })
}

// watchWindows asks the compositor to report all windows from now on. The caller
// holds mu.
func (d *Display) watchWindows() error {
	if d.windows != nil {
		return nil
	}
	manager, _, err := d.bind("zwlr_foreign_toplevel_manager_v1", 1, func(opcode uint16, a *args) {
		if opcode == managerToplevel {
			d.addWindow(a.uint())
		}
	})
	if err != nil {
		return err
	}
	if manager == 0 {
		return ErrNoFocus
	}
	d.windows = map[uint32]*window{}
	return nil
}

func (d *Display) addWindow(id uint32) {
	w := &window{}
	d.windows[id] = w
	d.handlers[id] = func(opcode uint16, a *args) {
		switch opcode {
		case toplevelAppID:
			w.appID = a.string()
		case toplevelState:
			w.activated = false
			states := a.array()
			for ; len(states) >= 4; states = states[4:] {
				if binary.NativeEndian.Uint32(states) == stateActivated {
					w.activated = true
				}
			}
		case toplevelClosed:
			delete(d.windows, id)
			delete(d.handlers, id)
			// An error means that the connection is broken, which the loop notices too.
			_ = d.send(newRequest(id, toplevelDestroy))
		}
	}
}
