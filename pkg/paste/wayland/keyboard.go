package wayland

import (
	"context"
	"fmt"
	"os"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
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
	// firstTime is how long applications get to notice the seat's first
	// keyboard. Nothing tells when they have; see the package's comment.
	firstTime = 500 * time.Millisecond
	// burst is how many characters go out at once, and keyTime how long the
	// application gets for each; see the package's comment. A burst fits into
	// libwayland's buffers of 4096 bytes: the compositor reads, and passes on,
	// 32 characters at once.
	burst   = 32
	keyTime = 2 * time.Millisecond
	// switchTime is how long the application gets for what was typed last, before
	// the keymap changes. One that reads Wayland's events in their order needs
	// none; one under Xwayland looks a key up in the keymap of that moment.
	switchTime = 30 * time.Millisecond
)

// keyboard is our virtual keyboard.
type keyboard struct {
	id     uint32
	keymap string // the one in force
}

// Type types a text into the window that has the focus. A line end is the key
// Enter, a tab the key Tab. It checks the whole text first: control characters
// and invalid UTF-8 are an error before anything is typed. Any other error says
// how much was typed.
//
// It takes 2 ms for each character, some 30 ms for each keymap, and half a second more for the first
// text on a seat that had no keyboard. When it returns, the compositor has passed
// all keys on; the application may still be busy with them.
//
// Modifiers that are held down on other keyboards are not in force while it
// types, where the compositor keeps the modifiers of each keyboard apart, as
// those with wlroots do. It ends in an ErrNoVirtualKeyboard where the compositor
// has none.
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
		return fmt.Errorf("type: %d of %d characters went out: %w", typed, utf8.RuneCountInString(text), err)
	}
	return nil
}

// typeBatch returns how many characters it typed.
func (d *Display) typeBatch(ctx context.Context, b batch) (int, error) {
	if err := d.setKeymap(ctx, b.keymap); err != nil {
		return 0, err
	}
	for typed := 0; typed < len(b.keys); typed += burst {
		some := b.keys[typed:min(typed+burst, len(b.keys))]
		var requests []*request
		for _, key := range some {
			requests = append(requests, d.keyboard.press(key), d.keyboard.release(key))
		}
		if err := d.request(requests...); err != nil {
			return typed, err
		}
		if err := d.roundtrip(ctx); err != nil {
			return typed, err
		}
		if err := d.pause(ctx, time.Duration(len(some))*keyTime); err != nil {
			return typed + len(some), err
		}
	}
	return len(b.keys), nil
}

// setKeymap makes the virtual keyboard, if there is none yet, and gives it a
// keymap. The modifiers that follow are the harmless first event.
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

// makeKeyboard makes the virtual keyboard where there is none yet, and tells
// whether it is the first keyboard of the seat.
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

// KeymapFile is the name, as for os.CreateTemp, of the file that hands a keymap
// over, in $XDG_RUNTIME_DIR or else among the temporary files.
const KeymapFile = "voiceflow-keymap-*"

// keymapFile returns a file with the keymap and the NUL that ends it. The
// compositor maps it into its memory.
func keymapFile(keymap string) (*os.File, error) {
	file, err := os.CreateTemp(os.Getenv("XDG_RUNTIME_DIR"), KeymapFile)
	if err != nil {
		return nil, fmt.Errorf("create a file for the keymap: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("remove the name of the keymap's file: %w", err)
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

// modifiers says which modifiers are held down, by XKB's bits. The keyboard's
// keys do not change them of themselves.
func (k *keyboard) modifiers(held uint32) *request {
	return newRequest(k.id, keyboardModifiers).uint(held).uint(0).uint(0).uint(0)
}

// now is the time of an event in milliseconds, by the clock that compositors
// stamp the events of other keyboards with.
func now() uint32 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		return 0 // no clock: the order of the events is enough
	}
	return uint32(t.Nano() / int64(time.Millisecond))
}
