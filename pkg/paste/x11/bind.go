package x11

import (
	"context"
	"maps"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// keyboard is what is known of it and what we have done to it.
type keyboard struct {
	layout
	// bound are our symbols on spare keys: without Shift and with it.
	bound map[xproto.Keycode][2]keysym
	// typed are the windows that may not have handled all keys with our
	// symbols yet.
	typed []target
	// told is the window whose program knows our symbols for sure. Another may
	// have missed a change: see change.
	told target
	sent int // characters since all was handled
}

// note remembers a window that gets keys with our symbols.
func (k *keyboard) note(t target) {
	if !slices.Contains(k.typed, t) {
		k.typed = append(k.typed, t)
	}
}

// look reads the layout as it is now.
func (d *Display) look() error {
	m, err := d.keymap(coreKeyboard)
	if err != nil {
		return err
	}
	s, err := d.state()
	if err != nil {
		return err
	}
	k := &d.keys
	k.layout = newLayout(m, s.group)
	// A new layout, set by the user, takes our symbols off.
	maps.DeleteFunc(k.bound, func(code xproto.Keycode, pair [2]keysym) bool {
		return !slices.Equal(m.key(code).syms, pair[:])
	})
	return nil
}

// missing tells whether a symbol needs a spare key: the layout has it not, or
// only since we put it there.
func (k *keyboard) missing(s keysym) bool {
	p, known := k.presses[s]
	if !known {
		return true
	}
	_, ours := k.bound[p.code]
	return ours
}

// portion returns how many characters from the start of text can be typed
// without a key that changes its meaning in between, and their symbols that
// need a spare key.
func (k *keyboard) portion(text []rune) (int, map[keysym]bool) {
	room := (len(k.bound) + len(k.spare)) * k.perKey()
	need := map[keysym]bool{}
	for i, r := range text {
		s := symbolOf(r)
		if !k.missing(s) || need[s] {
			continue
		}
		if len(need) == room {
			return i, need
		}
		need[s] = true
	}
	return len(text), need
}

// perKey is how many symbols a spare key can have: one without and one with
// Shift, if there is a Shift.
func (k *keyboard) perKey() int {
	if k.mods[xproto.MapIndexShift] == 0 {
		return 1
	}
	return 2
}

// bind sees to it that there is a key for each symbol that needs one. They are
// for t, which must have handled what it got before.
func (d *Display) bind(ctx context.Context, t target, need map[keysym]bool) error {
	k := &d.keys
	more := maps.Clone(need)
	for s := range need {
		if _, known := k.presses[s]; known && k.missing(s) {
			delete(more, s) // it has one already
		}
	}
	records := map[xproto.Keycode][]byte{}
	if t != k.told {
		for code, pair := range k.bound {
			records[code] = record(pair)
		}
	}
	codes := slices.Clone(k.spare)
	if len(more) > len(codes)*k.perKey() {
		more = need
		codes = append(codes, slices.Collect(maps.Keys(k.bound))...)
	}
	pairs := map[xproto.Keycode][2]keysym{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(more)), k.perKey()) {
		code, pair := codes[len(pairs)], [2]keysym{part[0], part[len(part)-1]}
		pairs[code], records[code] = pair, record(pair)
	}
	if len(records) == 0 {
		return nil
	}
	k.note(t)
	if err := d.change(ctx, records); err != nil {
		return err
	}
	maps.Copy(k.bound, pairs)
	k.told = t
	return d.look()
}

// unbind takes our symbols off the keyboard.
func (d *Display) unbind(ctx context.Context) error {
	k := &d.keys
	if len(k.bound) == 0 {
		return nil
	}
	if err := d.look(); err != nil { // what is still ours
		return err
	}
	records := map[xproto.Keycode][]byte{}
	for code := range k.bound {
		records[code] = make([]byte, 8) // without groups
	}
	if err := d.change(ctx, records); err != nil {
		return err
	}
	clear(k.bound)
	return nil
}
