package x11

import (
	"testing"

	"github.com/jezek/xgb/xproto"
)

// FuzzKeymap: a server's description of the keyboard, however wrong, is refused or can be
// searched for every character.
func FuzzKeymap(f *testing.F) {
	whole := make([]byte, 40, 80)
	whole[15], whole[17], whole[20], whole[33] = 1, 8, 1, 1    // a type, a key, a modifier
	whole = append(whole, 1, 1, 1, 0, 0, 1, 1, 0)              // the type, with one entry
	whole = append(whole, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)  // its entry, and what it preserves
	whole = append(whole, 0, 0, 0, 0, 1, 2, 2, 0)              // a key with one group of two symbols
	whole = append(whole, 0x61, 0, 0, 0, 0x41, 0, 0, 0, 50, 1) // a, A; the modifier
	f.Add(whole)
	f.Add(whole[:60])
	f.Fuzz(func(t *testing.T, reply []byte) {
		m, err := parseKeymap(reply)
		if err != nil {
			return
		}
		for group := range byte(4) {
			l := newLayout(m, group)
			l.findModifiers(m, group)
		}
		for code := range 256 {
			k := m.key(xproto.Keycode(code))
			for group := range byte(4) {
				for level := range 4 {
					k.symbol(group, level)
				}
			}
		}
	})
}
