package x11

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

const (
	holdTime = time.Second // for the user to release the hot key
	// stretch is how many characters are sent between two checks of the focus,
	// and so the most that can end up in the wrong window.
	stretch = 8
	// lead is how many characters are sent before the program must have handled them,
	// so that it does not go on for long after ctx is done, and paceTime is how long
	// to wait for a program that is busy.
	lead     = 256
	paceTime = 300 * time.Millisecond
)

// Type types text into the focused window: all of it, or the error says how many
// characters were sent, and has a method Typed with that number. It returns when the X
// server has all keys, which it queues for the program in order; the program may handle
// them later. A line feed presses Enter, a tab and a backspace press the keys of those
// names. Type refuses other control characters and invalid UTF-8 before it types
// anything. Without a focused window it fails with ErrNoFocus, and it stops with
// ErrFocusLost when another window gets the focus.
func (d *Display) Type(ctx context.Context, text string) error {
	if !utf8.ValidString(text) {
		return errors.New("type: the text is not valid UTF-8")
	}
	runes := []rune(text)
	if i := slices.IndexFunc(runes, isRefused); i >= 0 {
		return fmt.Errorf("type: the text contains the control character %U: remove it", runes[i])
	}
	if len(runes) == 0 {
		return nil
	}
	err := d.work(ctx, func(ctx context.Context) error {
		t, err := d.target()
		if err != nil {
			return err
		}
		return d.neutralise(ctx, func() error { return d.typeRunes(ctx, t, runes) })
	})
	if err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// isRefused reports whether r is a control character without a key.
func isRefused(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t\b", r) }

func (d *Display) typeRunes(ctx context.Context, t target, runes []rune) error {
	sent := 0
	fail := func(err error) error {
		return &typeError{sent, len(runes), err}
	}
	for sent < len(runes) {
		n, need := d.keys.portion(runes[sent:])
		if n == 0 {
			return fail(fmt.Errorf("the keyboard layout has no key for %q and no spare key: paste the text", runes[sent]))
		}
		if len(need) > 0 {
			if err := d.bind(ctx, t, need); err != nil {
				return fail(err)
			}
			d.keys.note(t)
		}
		for end := sent + n; sent < end; {
			if err := ctx.Err(); err != nil {
				return fail(err)
			}
			if err := d.checkFocus(t); err != nil {
				return fail(err)
			}
			if sent > 0 && sent%lead == 0 {
				if err := d.keepPace(ctx, t); err != nil {
					return fail(err)
				}
			}
			part := runes[sent:min(sent+stretch-sent%stretch, end)]
			d.pressAll(part)
			sent += len(part)
			d.keys.sent += len(part)
		}
	}
	// The last characters may also have gone to another window.
	if err := d.checkFocus(t); err != nil {
		return fail(err)
	}
	return nil
}

// keepPace waits until the program has handled its keys.
func (d *Display) keepPace(ctx context.Context, t target) error {
	wait, cancel := context.WithTimeout(ctx, paceTime)
	defer cancel()
	err := d.awaitHandled(wait, t)
	if ctx.Err() == nil && wait.Err() != nil {
		return nil
	}
	return err
}

// pressAll types characters that all have a key.
func (d *Display) pressAll(part []rune) {
	held := byte(0)
	for _, r := range part {
		p := d.keys.presses[symbolOf(r)]
		d.hold(held, p.mods)
		held = p.mods
		d.key(xproto.KeyPress, p.code)
		d.key(xproto.KeyRelease, p.code)
	}
	d.hold(held, 0)
}

// hold changes the held modifiers from one set to another.
func (d *Display) hold(from, to byte) {
	for i, code := range d.keys.mods {
		bit := byte(1) << i
		switch {
		case from&bit != 0 && to&bit == 0:
			d.key(xproto.KeyRelease, code)
		case from&bit == 0 && to&bit != 0:
			d.key(xproto.KeyPress, code)
		}
	}
}

func (d *Display) key(kind byte, code xproto.Keycode) {
	xtest.FakeInput(d.conn, kind, byte(code), 0, 0, 0, 0, 0)
}

// neutralise runs work with the layout read and no modifier held, latched or locked.
// It restores the locks afterwards.
func (d *Display) neutralise(ctx context.Context, work func() error) (err error) {
	if err := d.readLayout(); err != nil {
		return err
	}
	if len(d.keys.spare) > 0 {
		// Each keyboard can have its own layout, and the server uses that of
		// the keyboard used last. Make it ours by releasing a key that is not
		// pressed, which no program sees.
		d.key(xproto.KeyRelease, d.keys.spare[0])
		if err := d.readLayout(); err != nil {
			return err
		}
	}
	if err := d.release(ctx); err != nil {
		return err
	}
	before, err := d.state()
	if err != nil {
		return err
	}
	if before.locked != 0 || before.latched != 0 {
		defer func() {
			if lockErr := d.lock(before.locked); err == nil {
				err = lockErr
			}
		}()
		if err := d.lock(0); err != nil {
			return err
		}
	}
	return work()
}

// release waits until the user has released all keys. After holdTime it releases
// the modifiers itself.
func (d *Display) release(ctx context.Context) error {
	end := time.Now().Add(holdTime)
	for {
		down, err := d.pressedKeys()
		if err != nil {
			return err
		}
		if len(down) == 0 {
			return nil
		}
		if time.Now().After(end) {
			break
		}
		if err := d.pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	m, err := d.keymap(coreKeyboard)
	if err != nil {
		return err
	}
	for code := range m.modifiers {
		d.key(xproto.KeyRelease, code)
	}
	s, err := d.state()
	if err == nil && s.held != 0 {
		return errors.New("cannot release the modifier keys that are held down: release them and try again")
	}
	return err
}

// ReleaseKeys releases all keys that are pressed, which repeat if the program that
// pressed them was killed.
func (d *Display) ReleaseKeys(ctx context.Context) error {
	return d.work(ctx, func(context.Context) error {
		down, err := d.pressedKeys()
		if err != nil {
			return err
		}
		for _, code := range down {
			d.key(xproto.KeyRelease, code)
		}
		return d.roundTrip()
	})
}

// pressedKeys returns the keys that are pressed.
func (d *Display) pressedKeys() ([]xproto.Keycode, error) {
	r, err := xproto.QueryKeymap(d.conn).Reply()
	if err != nil {
		return nil, fmt.Errorf("read which keys are held down: %w", err)
	}
	var down []xproto.Keycode
	for code := range 256 {
		if r.Keys[code/8]&(1<<(code%8)) != 0 {
			down = append(down, xproto.Keycode(code))
		}
	}
	return down, nil
}
