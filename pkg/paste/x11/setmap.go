package x11

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// twoLevel is the number of the key type with a level for Shift. It is the same
// in all layouts.
const twoLevel = 1

// record encodes a key with one group: a symbol without Shift and one with it.
func record(pair [2]keysym) []byte {
	b := make([]byte, 16)
	b[0], b[1], b[2], b[3] = twoLevel, twoLevel, twoLevel, twoLevel
	b[4], b[5], b[6] = 1, 2, 2 // groups, symbols per group, symbols in total
	xgb.Put32(b[8:], uint32(pair[0]))
	xgb.Put32(b[12:], uint32(pair[1]))
	return b
}

func (m *keymap) key(code xproto.Keycode) key {
	if i := int(code) - int(m.first); i >= 0 && i < len(m.keys) {
		return m.keys[i]
	}
	return key{}
}

// change gives keys new symbols, once the programs in d.keys.typed have handled
// their keys.
//
// It uses a single request, which also repeats the symbols of the keys in between.
// Xlib requires that: when several changes come in a row, it reads the new symbols
// after the first and can miss changes that come while it waits for the answer.
// But a request changes all keyboards. If their layouts differ, the keys in between
// must stay as they are, so change sends one request per run of neighbours and
// waits for the programs before each.
func (d *Display) change(ctx context.Context, records map[xproto.Keycode][]byte) error {
	m, err := d.keymap(coreKeyboard)
	if err != nil {
		return err
	}
	codes := slices.Sorted(maps.Keys(records))
	runs := ranges(codes)
	if len(runs) > 1 && d.sameLayouts(m) {
		runs = [][]xproto.Keycode{nil}
		for code := codes[0]; code <= codes[len(codes)-1]; code++ {
			runs[0] = append(runs[0], code)
			if code == 255 {
				break
			}
		}
	}
	typed := slices.Clone(d.keys.typed)
	for _, run := range runs {
		d.keys.typed = slices.Clone(typed)
		if err := d.settle(ctx); err != nil {
			return err
		}
		var list [][]byte
		for _, code := range run {
			b, changed := records[code]
			if !changed {
				b = m.key(code).record
			}
			list = append(list, b)
		}
		if err := d.setMap(run[0], list); err != nil {
			return err
		}
	}
	return nil
}

// setMap sets the symbols of neighbouring keys.
func (d *Display) setMap(first xproto.Keycode, records [][]byte) error {
	data := bytes.Join(records, nil)
	setup := xproto.Setup(d.conn)
	b := append(d.xkbRequest(xkbSetMap, 36), data...)
	xgb.Put16(b[2:], uint16(len(b)/4))
	xgb.Put16(b[6:], 2) // symbols
	b[10], b[11] = byte(setup.MinKeycode), byte(setup.MaxKeycode)
	b[14], b[15] = byte(first), byte(len(records))
	xgb.Put16(b[16:], uint16((len(data)-8*len(records))/4))
	cookie := d.conn.NewCookie(true, false)
	d.conn.NewRequest(b, cookie)
	if err := cookie.Check(); err != nil {
		return fmt.Errorf("change spare keys: %w", err)
	}
	return nil
}

// sameLayouts reports whether all keyboards have the layout m. A desktop can have
// several keyboards, one of which is that of XTEST.
func (d *Display) sameLayouts(m keymap) bool {
	devices, err := d.keyboards()
	if err != nil {
		return false
	}
	for _, id := range devices {
		other, err := d.keymap(id)
		if err != nil || other.first != m.first || !slices.EqualFunc(other.keys, m.keys,
			func(a, b key) bool { return bytes.Equal(a.record, b.record) }) {
			return false
		}
	}
	return true
}

// keyboards lists the keyboards, except for the core keyboard, which stands for
// all of them.
func (d *Display) keyboards() ([]uint16, error) {
	if d.input == 0 {
		return nil, errors.New("the server does not list keyboards")
	}
	const listDevices, extensionKeyboard = 2, 3
	r, err := d.ask([]byte{d.input, listDevices, 1, 0})
	if err != nil {
		return nil, err
	}
	var ids []uint16
	list := r[32:]
	for range r[8] {
		if len(list) < 8 {
			return nil, errShortReply
		}
		if list[6] == extensionKeyboard {
			ids = append(ids, uint16(list[4]))
		}
		list = list[8:]
	}
	return ids, nil
}
