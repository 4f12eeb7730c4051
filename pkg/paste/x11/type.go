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
	holdTime = time.Second // for the user to let go of the hot key
	// stretch is how many characters are sent between two looks at the focus:
	// no more than these can go astray.
	stretch = 8
)

// Type types text into the window that has the keyboard focus: all of it, or
// the error says how many characters were sent. It returns when the X server
// has all keys, which it keeps for the program in their order; the program may
// handle them later. A line feed is the Enter key, a tab and a backspace are
// the keys of these names; it refuses other control characters and invalid
// UTF-8, before it types anything. Without a focused window it fails with
// ErrNoFocus, and it stops with ErrFocusLost when another window gets the
// focus.
func (d *Display) Type(ctx context.Context, text string) error {
	if !utf8.ValidString(text) {
		return errors.New("type: the text is not valid UTF-8")
	}
	runes := []rune(text)
	if i := slices.IndexFunc(runes, isRefused); i >= 0 {
		return fmt.Errorf("type: the text has the control character %U: take it out", runes[i])
	}
	if len(runes) == 0 {
		return nil
	}
	err := d.work(ctx, func(ctx context.Context) error {
		t, err := d.target()
		if err != nil {
			return err
		}
		return d.neutral(ctx, func() error { return d.typeRunes(ctx, t, runes) })
	})
	if err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// isRefused tells whether a character is none that a key stands for.
func isRefused(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t\b", r) }

func (d *Display) typeRunes(ctx context.Context, t target, runes []rune) error {
	sent := 0
	fail := func(err error) error {
		return fmt.Errorf("sent %d of %d characters: %w", sent, len(runes), err)
	}
	for sent < len(runes) {
		n, need := d.keys.portion(runes[sent:])
		if n == 0 {
			return fail(fmt.Errorf("the keyboard layout has no key for %q and no spare one: paste it", runes[sent]))
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
			if err := d.keeps(t); err != nil {
				return fail(err)
			}
			part := runes[sent:min(sent+stretch, end)]
			d.pressAll(part)
			sent += len(part)
			d.keys.sent += len(part)
		}
	}
	// The last ones may have gone astray, too.
	if err := d.keeps(t); err != nil {
		return fail(err)
	}
	return nil
}

// pressAll presses the keys of characters that all have one.
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

// hold goes from some modifiers to others.
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

// neutral runs work with a keyboard on which no modifier is held, latched or
// locked, and whose layout has been read.
func (d *Display) neutral(ctx context.Context, work func() error) (err error) {
	if err := d.look(); err != nil {
		return err
	}
	if len(d.keys.spare) > 0 {
		// Each keyboard can have a layout of its own, and the server goes by
		// that of the last used: make it ours. The release of a key that is
		// not pressed does so and reaches nobody.
		d.key(xproto.KeyRelease, d.keys.spare[0])
		if err := d.look(); err != nil {
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

// release waits until the user has let go of all keys, and releases the
// modifiers that are held for longer than holdTime.
func (d *Display) release(ctx context.Context) error {
	end := time.Now().Add(holdTime)
	for {
		down, err := d.down()
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
		return errors.New("modifier keys are held down and cannot be released: let go of them")
	}
	return err
}

// down returns the keys that are pressed.
func (d *Display) down() ([]xproto.Keycode, error) {
	r, err := xproto.QueryKeymap(d.conn).Reply()
	if err != nil {
		return nil, fmt.Errorf("see which keys are held down: %w", err)
	}
	var down []xproto.Keycode
	for code := range 256 {
		if r.Keys[code/8]&(1<<(code%8)) != 0 {
			down = append(down, xproto.Keycode(code))
		}
	}
	return down, nil
}
