package wayland

import (
	"context"
	"fmt"
	"os"
	"time"
	"unicode/utf8"
)

// Opcodes of virtual-keyboard-unstable-v1.xml, version 1.
const (
	managerCreateKeyboard = 0

	keyboardKeymap    = 0
	keyboardKey       = 1
	keyboardModifiers = 2

	keymapFormatXKB = 1 // wl_keyboard.keymap_format
)

const (
	// firstTime is how long applications have to notice the seat's first
	// keyboard. No event shows when they have; see the package comment.
	firstTime = 500 * time.Millisecond
	// burst is how many characters are sent together, and keyTime how long the
	// application has for each; see the package comment. A burst of 32 characters
	// fits into libwayland's buffers of 4096 bytes, so the compositor reads it and
	// passes it on in one piece.
	burst   = 32
	keyTime = 2 * time.Millisecond
	// switchTime is how long the application has to handle the last keys before
	// the keymap changes. An application that reads Wayland events in order does
	// not need it; one under Xwayland uses the current keymap for all keys.
	switchTime = 30 * time.Millisecond
	// passTime is how long the compositor has to pass on keys after ctx is done.
	passTime = time.Second
)

// keyboard is our virtual keyboard.
type keyboard struct {
	id     uint32
	keymap string // the current one
}

// Type types a text into the focused window. A line feed presses Enter, a tab
// presses Tab. Type checks the whole text first and returns an error for control
// characters and invalid UTF-8 before it types anything. Any other error says how
// much was typed, and has a method Typed with the number of characters.
//
// Typing takes 2 ms per character, about 30 ms per keymap, and half a second more
// for the first text on a seat that had no keyboard. When Type returns, the
// compositor has passed on all keys; the application may still be handling them.
//
// Modifiers that are held down on other keyboards have no effect while Type runs, if
// the compositor keeps separate modifiers for each keyboard, as those based on
// wlroots do. The error is ErrNoVirtualKeyboard if the compositor offers no virtual
// keyboard.
func (d *Display) Type(ctx context.Context, text string) error {
	batches, err := layOut(text)
	if err != nil || len(batches) == 0 {
		return err
	}
	typed := 0
	for _, b := range batches {
		var n int
		n, err = d.typeBatch(ctx, b)
		typed += n
		if err != nil {
			break
		}
	}
	if err != nil {
		return &typeError{typed, utf8.RuneCountInString(text), err}
	}
	return nil
}

// typeError is the error of a text that was typed in part.
type typeError struct {
	sent, total int
	err         error
}

func (e *typeError) Error() string {
	return fmt.Sprintf("type: sent %d of %d characters: %v", e.sent, e.total, e.err)
}

func (e *typeError) Unwrap() error { return e.err }

// Typed returns how many characters were typed.
func (e *typeError) Typed() int { return e.sent }

// typeBatch types a batch and returns how many characters it typed.
func (d *Display) typeBatch(ctx context.Context, b batch) (int, error) {
	if err := d.setKeymap(ctx, b.keymap); err != nil {
		return 0, err
	}
	for typed := 0; typed < len(b.keys); typed += burst {
		if err := ctx.Err(); err != nil {
			return typed, err
		}
		some := b.keys[typed:min(typed+burst, len(b.keys))]
		var requests []*request
		for _, key := range some {
			requests = append(requests, d.keyboard.press(key), d.keyboard.release(key))
		}
		if err := d.request(requests...); err != nil {
			return typed, err
		}
		if err := d.roundtrip(ctx); err != nil {
			if ctx.Err() != nil && d.passedOn(ctx) {
				typed += len(some)
			}
			return typed, err
		}
		if err := d.pause(ctx, time.Duration(len(some))*keyTime); err != nil {
			return typed + len(some), err
		}
	}
	return len(b.keys), nil
}

// passedOn reports whether the compositor has passed on the keys sent last, although
// ctx is done.
func (d *Display) passedOn(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), passTime)
	defer cancel()
	return d.roundtrip(ctx) == nil
}

// setKeymap creates the virtual keyboard, if there is none yet, and sets its
// keymap. It also clears the modifiers, which is a harmless first event.
func (d *Display) setKeymap(ctx context.Context, keymap string) error {
	if d.keyboard != nil {
		if d.keyboard.keymap == keymap {
			return nil
		}
		if err := d.pause(ctx, switchTime); err != nil {
			return err
		}
	}
	file, err := keymapFile(keymap)
	if err != nil {
		return err
	}
	defer file.Close()
	first, err := d.makeKeyboard()
	if err != nil {
		return err
	}
	err = d.request(
		newRequest(d.keyboard.id, keyboardKeymap).uint(keymapFormatXKB).fd(int(file.Fd())).uint(uint32(len(keymap)+1)),
		d.keyboard.modifiers(0))
	if err != nil {
		return err
	}
	if err := d.roundtrip(ctx); err != nil {
		return err
	}
	d.keyboard.keymap = keymap
	if first {
		return d.pause(ctx, firstTime)
	}
	return nil
}

// makeKeyboard creates the virtual keyboard, if there is none yet, and reports
// whether it is the seat's first keyboard.
func (d *Display) makeKeyboard() (first bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keyboard != nil {
		return false, nil
	}
	manager, _, err := d.bind("zwp_virtual_keyboard_manager_v1", 1, nil)
	if err != nil {
		return false, err
	}
	if manager == 0 {
		return false, fmt.Errorf("%w, as in GNOME and KDE: put the text on the clipboard instead", ErrNoVirtualKeyboard)
	}
	first = d.seatCaps&seatHasKeyboard == 0
	k := &keyboard{id: d.newObject(nil)}
	if err := d.send(newRequest(manager, managerCreateKeyboard).uint(d.seat).uint(k.id)); err != nil {
		return false, err
	}
	d.keyboard = k
	return first, nil
}

// KeymapFile is the os.CreateTemp pattern for the file that passes a keymap to the
// compositor. It is in $XDG_RUNTIME_DIR, or in the folder for temporary files if
// that is not set.
const KeymapFile = "voiceflow-keymap-*"

// keymapFile returns a file with the keymap and a terminating NUL. The compositor
// maps it into its memory.
func keymapFile(keymap string) (*os.File, error) {
	file, err := os.CreateTemp(os.Getenv("XDG_RUNTIME_DIR"), KeymapFile)
	if err != nil {
		return nil, fmt.Errorf("create a file for the keymap: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("remove the keymap file: %w", err)
	}
	if _, err := file.WriteString(keymap + "\x00"); err != nil {
		file.Close()
		return nil, fmt.Errorf("write the keymap: %w", err)
	}
	return file, nil
}

func (k *keyboard) press(key uint32) *request {
	return newRequest(k.id, keyboardKey).uint(now()).uint(key).uint(1)
}

func (k *keyboard) release(key uint32) *request {
	return newRequest(k.id, keyboardKey).uint(now()).uint(key).uint(0)
}

// modifiers sets the modifiers that are held down, as XKB's bits. Pressing a
// modifier's key does not set them on its own.
func (k *keyboard) modifiers(mask uint32) *request {
	return newRequest(k.id, keyboardModifiers).uint(mask).uint(0).uint(0).uint(0)
}
