package wayland

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Key codes from Linux's input-event-codes.h, which the protocol uses. XKB adds 8.
const (
	keyBackspace = 14
	keyTab       = 15
	keyEnter     = 28
	keyLeftCtrl  = 29
	keyLeftShift = 42
	keyV         = 47
	keySpace     = 57
	keyInsert    = 110

	xkbOffset = 8
)

// spareKeys are the ranges of keys that may stand for any character, in order of
// use. The keys of letters and digits come first, since programs can go by a key's
// position if its character is unusual: with "ß" on the Backspace key, some browsers
// would delete. Then come the function keys from F13 on, and keys that few keyboards
// have. Keys that do something in most programs and desktops (Escape, arrows,
// modifiers, volume, power, sleep) are left out. Keys above 247 have no code in X11,
// so programs under Xwayland would not see them.
var spareKeys = [][2]uint32{
	{2, 13}, {16, 27}, {30, 41}, {43, 53}, {86, 86}, {183, 199},
	{84, 84}, {89, 95}, {117, 118}, {120, 124}, {128, 141}, {144, 151}, {153, 182}, {200, 204}, {206, 247},
}

// batch is a piece of a text: a keymap with all its characters, and the keys that
// type it.
type batch struct {
	keymap string
	keys   []uint32
}

// layOut splits a text into batches, starting a new one when there are more
// characters than keys. It fails if any part of the text cannot be typed.
func layOut(text string) ([]batch, error) {
	if err := checkTypable(text); err != nil {
		return nil, err
	}
	var batches []batch
	spare := allSpareKeys()
	var keys []uint32
	assigned := map[rune]uint32{}
	end := func() {
		if len(keys) > 0 {
			batches = append(batches, batch{textKeymap(assigned), keys})
		}
		keys, assigned = nil, map[rune]uint32{}
	}
	for _, r := range text {
		key, ok := assigned[r]
		if !ok {
			if len(assigned) == len(spare) {
				end()
			}
			key = keyFor(r, spare[len(assigned)])
			assigned[r] = key
		}
		keys = append(keys, key)
	}
	end()
	return batches, nil
}

// keyFor returns the key for a character: its own key if it has one on all
// keyboards, or else the spare one.
func keyFor(r rune, spare uint32) uint32 {
	switch r {
	case ' ':
		return keySpace
	case '\b':
		return keyBackspace
	case '\t':
		return keyTab
	case '\n':
		return keyEnter
	}
	return spare
}

func allSpareKeys() []uint32 {
	var keys []uint32
	for _, span := range spareKeys {
		for key := span[0]; key <= span[1]; key++ {
			keys = append(keys, key)
		}
	}
	return keys
}

// ligatures are the characters (lam with alef) that libX11's Compose table turns
// into two others. Programs use this table in most locales.
const ligatures = "\ufef5\ufef7\ufef9\ufefb"

// checkTypable returns an error for the first character that no key can stand
// for.
func checkTypable(text string) error {
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			return fmt.Errorf("the text cannot be typed: byte %d is not valid UTF-8", i)
		case r == '\n' || r == '\t' || r == '\b':
		case unicode.IsControl(r):
			return fmt.Errorf("the text cannot be typed: it contains the control character U+%04X at byte %d; remove it", r, i)
		case strings.ContainsRune(ligatures, r):
			return fmt.Errorf("the text cannot be typed: programs change the character U+%04X at byte %d; "+
				"paste the text instead", r, i)
		}
	}
	return nil
}

// textKeymap returns a keymap with a key for each character and no modifiers.
func textKeymap(assigned map[rune]uint32) string {
	var codes, symbols strings.Builder
	for _, r := range slices.Sorted(maps.Keys(assigned)) {
		code := assigned[r] + xkbOffset
		fmt.Fprintf(&codes, "<K%d> = %d; ", code, code)
		fmt.Fprintf(&symbols, "key <K%d> { [ %s ] };\n", code, symbolName(r))
	}
	return keymapText(codes.String(), symbols.String())
}

// symbolName returns XKB's name for the symbol of a character.
func symbolName(r rune) string {
	switch r {
	case '\b':
		return "BackSpace"
	case '\t':
		return "Tab"
	case '\n':
		return "Return"
	}
	return fmt.Sprintf("U%04X", r)
}

// strokeKeymap returns a keymap with the keys of the keystrokes that paste, in
// their usual positions. The letter has two levels, for programs that look at its
// symbol with Shift.
func strokeKeymap() string {
	return keymapText(
		"<K37> = 37; <K50> = 50; <K55> = 55; <K118> = 118; ",
		`key <K37> { [ Control_L ] };
key <K50> { [ Shift_L ] };
key <K55> { [ v, V ] };
key <K118> { [ Insert ] };
modifier_map Control { <K37> };
modifier_map Shift { <K50> };
`)
}

// keymapText returns a keymap in the format that libxkbcommon describes in "The XKB
// keymap text format, V1". The key types and the effects of modifiers come from the
// files that the compositor uses for every keyboard; it sends them on in full, so
// that X11 programs understand the keymap too.
func keymapText(codes, symbols string) string {
	return `xkb_keymap {
xkb_keycodes "voiceflow" { minimum = 8; maximum = 255; ` + codes + `};
xkb_types "voiceflow" { include "complete" };
xkb_compatibility "voiceflow" { include "complete" };
xkb_symbols "voiceflow" {
` + symbols + `};
};
`
}
