package x11

import (
	"math/bits"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// press is a key together with the modifiers to hold.
type press struct {
	code xproto.Keycode
	mods byte
}

// layout describes how to type each symbol in the active group.
type layout struct {
	presses map[keysym]press  // by the plain symbol
	mods    [8]xproto.Keycode // a key for each modifier, by bit number; 0 if there is none
	// spare are the keys without any symbol, those in long runs of neighbours
	// first.
	spare []xproto.Keycode
	meant map[xproto.Keycode]keysym // the first symbol of each key
}

const control = 1 << xproto.MapIndexControl

// newLayout works out the symbols of the keys in a group.
func newLayout(m keymap, group byte) layout {
	l := layout{presses: map[keysym]press{}, meant: map[xproto.Keycode]keysym{}}
	levels := l.findModifiers(m, group)
	var spare []xproto.Keycode
	for i, k := range m.keys {
		code := m.first + xproto.Keycode(i)
		switch {
		case m.modifiers[code] != 0:
		case !slices.ContainsFunc(k.syms, func(s keysym) bool { return s != noSymbol }):
			spare = append(spare, code)
		default:
			l.meant[code] = k.symbol(group, 0)
			l.addKey(k, code, group, levels)
		}
	}
	l.spare = longRunsFirst(spare)
	return l
}

// findModifiers fills in the modifier keys and returns the modifiers that select
// another level of a key.
func (l *layout) findModifiers(m keymap, group byte) byte {
	levels := byte(0)
	for i, k := range m.keys {
		code := m.first + xproto.Keycode(i)
		mods := m.modifiers[code]
		if bits.OnesCount8(mods) != 1 || l.mods[bits.TrailingZeros8(mods)] != 0 {
			continue
		}
		switch k.symbol(group, 0) {
		case symShiftL, symShiftR, symLevel3, symLevel5:
			levels |= mods
		case symControlL, symControlR:
		default:
			continue
		}
		l.mods[bits.TrailingZeros8(mods)] = code
	}
	return levels
}

func (l *layout) addKey(k key, code xproto.Keycode, group, levels byte) {
	l.add(k.symbol(group, 0), press{code, 0})
	for _, entry := range k.types[k.group(group)] {
		if entry.mods&^levels == 0 {
			l.add(k.symbol(group, int(entry.level)), press{code, entry.mods})
		}
	}
}

// add records a way to type s, unless there is one with as few modifiers.
func (l *layout) add(s keysym, p press) {
	if s = plain(s); s == noSymbol {
		return
	}
	old, ok := l.presses[s]
	if !ok || bits.OnesCount8(p.mods) < bits.OnesCount8(old.mods) {
		l.presses[s] = p
	}
}

// group returns the group that the key uses when a given one is active: it may
// have fewer groups than the keyboard.
func (k *key) group(active byte) int {
	g := int(active)
	if k.groups == 0 {
		return 0
	}
	if g < k.groups {
		return g
	}
	switch k.outside & 0xc0 {
	case 0x40: // clamp
		return k.groups - 1
	case 0x80: // redirect
		if g = int(k.outside >> 4 & 3); g < k.groups {
			return g
		}
		return 0
	}
	return g % k.groups // wrap
}

func (k *key) symbol(active byte, level int) keysym {
	if level >= k.width || k.groups == 0 {
		return noSymbol
	}
	return k.syms[k.group(active)*k.width+level]
}

// longRunsFirst reorders ascending codes so that the longest runs of neighbours
// come first: one request can change one run.
func longRunsFirst(codes []xproto.Keycode) []xproto.Keycode {
	runs := ranges(codes)
	slices.SortStableFunc(runs, func(a, b []xproto.Keycode) int { return len(b) - len(a) })
	return slices.Concat(runs...)
}

// ranges splits ascending codes into runs of neighbours.
func ranges(codes []xproto.Keycode) [][]xproto.Keycode {
	var runs [][]xproto.Keycode
	start := 0
	for i := range codes {
		if i+1 == len(codes) || codes[i+1] != codes[i]+1 {
			runs = append(runs, codes[start:i+1])
			start = i + 1
		}
	}
	return runs
}
