package x11

import (
	"context"
	"maps"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// keyboard is the keyboard layout and our changes to it.
type keyboard struct {
	layout
	// bound are our symbols on spare keys: without Shift and with it.
	bound map[xproto.Keycode][2]keysym
	// typed are the windows that may not have handled all keys with our
	// symbols yet.
	typed []target
	// informed is the window whose program certainly has our symbols. Others may
	// have missed a change: see change.
	informed target
	sent     int // characters sent since the last settle
}

// note remembers a window that gets keys with our symbols.
func (k *keyboard) note(t target) {
	if !slices.Contains(k.typed, t) {
		k.typed = append(k.typed, t)
	}
}

// readLayout reads the current layout.
func (d *Display) readLayout() error {
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
	// A new layout, set by the user, has removed our symbols.
	maps.DeleteFunc(k.bound, func(code xproto.Keycode, pair [2]keysym) bool {
		return !slices.Equal(m.key(code).syms, pair[:])
	})
	return nil
}

// needsSpareKey reports whether a symbol needs a spare key: it is not in the layout,
// or only because we put it there.
func (k *keyboard) needsSpareKey(s keysym) bool {
	p, ok := k.presses[s]
	if !ok {
		return true
	}
	_, ours := k.bound[p.code]
	return ours
}

// portion returns how many characters from the start of text can be typed
// before a key must change, and the set of their symbols that need a spare key.
func (k *keyboard) portion(text []rune) (int, map[keysym]bool) {
	room := (len(k.bound) + len(k.spare)) * k.perKey()
	need := map[keysym]bool{}
	for i, r := range text {
		s := symbolOf(r)
		if !k.needsSpareKey(s) || need[s] {
			continue
		}
		if len(need) == room {
			return i, need
		}
		need[s] = true
	}
	return len(text), need
}

// perKey returns how many symbols fit on a spare key: one without Shift and, if
// there is a Shift key, one with it.
func (k *keyboard) perKey() int {
	if k.mods[xproto.MapIndexShift] == 0 {
		return 1
	}
	return 2
}

// bind puts the symbols in need on spare keys, for typing into t. Programs must
// have handled earlier keys first; bind waits for that.
func (d *Display) bind(ctx context.Context, t target, need map[keysym]bool) error {
	k := &d.keys
	more := maps.Clone(need)
	for s := range need {
		if _, ok := k.presses[s]; ok && k.needsSpareKey(s) {
			delete(more, s) // it has a spare key already
		}
	}
	records := map[xproto.Keycode][]byte{}
	if t != k.informed {
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
	k.informed = t
	return d.readLayout()
}

// unbind removes our symbols from the keyboard.
func (d *Display) unbind(ctx context.Context) error {
	k := &d.keys
	if len(k.bound) == 0 {
		return nil
	}
	if err := d.readLayout(); err != nil { // drops keys that are no longer ours
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
