package x11

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// target is where the text goes.
type target struct {
	focus xproto.Window // gets the keys
	top   xproto.Window // the program's top-level window
	class string        // WM_CLASS in lower case: the instance and the class, each with a NUL after it
}

// target returns the focused window.
func (d *Display) target() (target, error) {
	focus, err := d.focus()
	if err != nil {
		return target{}, err
	}
	t := target{focus: focus, top: focus}
	for w := focus; w != d.root && w != 0; {
		if class, _, _ := d.property(w, "WM_CLASS"); len(class) > 0 {
			t.top = w
			t.class = strings.ToLower(string(class))
			break
		}
		tree, err := xproto.QueryTree(d.conn, w).Reply()
		if err != nil {
			return target{}, fmt.Errorf("inspect the focused window: %w", err)
		}
		w = tree.Parent
	}
	return t, nil
}

// Focused returns a name for the focused window: its ID with that of its process,
// 0 if unknown. The process sets it apart from an earlier window that had the same
// ID. If no window has the focus, the error is ErrNoFocus.
func (d *Display) Focused(ctx context.Context) (string, error) {
	result := make(chan string, 1)
	err := d.work(ctx, func(context.Context) error {
		w, err := d.focus()
		if err == nil {
			result <- fmt.Sprintf("%#x of %d", uint32(w), d.process(w))
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return <-result, nil
}

// focus returns the window that gets the keys, or ErrNoFocus. Without a window
// manager, the focus can follow the pointer. With one, if no program has the
// focus, a window of the window manager itself has it.
func (d *Display) focus() (xproto.Window, error) {
	r, err := xproto.GetInputFocus(d.conn).Reply()
	if err != nil {
		return 0, fmt.Errorf("find the focused window: %w", err)
	}
	w := r.Focus
	if w == xproto.InputFocusPointerRoot {
		if w, err = d.underPointer(); err != nil {
			return 0, err
		}
	}
	if w == xproto.InputFocusNone || w == d.root {
		return 0, ErrNoFocus
	}
	check, _, err := d.property(d.root, "_NET_SUPPORTING_WM_CHECK")
	if err == nil && len(check) >= 4 && d.client(xproto.Window(xgb.Get32(check))) == d.client(w) {
		return 0, ErrNoFocus
	}
	return w, nil
}

func (d *Display) underPointer() (xproto.Window, error) {
	w := d.root
	for {
		r, err := xproto.QueryPointer(d.conn, w).Reply()
		if err != nil {
			return 0, fmt.Errorf("find the window under the pointer: %w", err)
		}
		if r.Child == 0 {
			return w, nil
		}
		w = r.Child
	}
}

// client returns the part of a window's ID that identifies its program.
func (d *Display) client(w xproto.Window) uint32 { return uint32(w) &^ d.ids }

// checkFocus returns ErrFocusLost unless t still has the focus.
func (d *Display) checkFocus(t target) error {
	now, err := d.focus()
	if errors.Is(err, ErrNoFocus) {
		return fmt.Errorf("%w: %w", ErrFocusLost, err)
	}
	if err == nil && now != t.focus {
		return ErrFocusLost
	}
	return err
}

// property reads a short property of a window; the value is empty if it is not set.
func (d *Display) property(w xproto.Window, name string) (value []byte, kind xproto.Atom, err error) {
	r, err := xproto.GetProperty(d.conn, false, w, d.atoms[name], xproto.GetPropertyTypeAny, 0, 1024).Reply()
	if err != nil {
		return nil, 0, err
	}
	return r.Value, r.Type, nil
}
