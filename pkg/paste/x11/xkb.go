package x11

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// The few requests of the XKEYBOARD extension that we need, since xgb does not
// support it. Numbers and encodings are from the extension's protocol
// specification, appendix D.
const (
	xkbUseExtension   = 0
	xkbGetState       = 4
	xkbLatchLockState = 5
	xkbGetMap         = 8
	xkbSetMap         = 9

	coreKeyboard = 0x100 // the keyboard that programs see
)

var errShortReply = errors.New("the X server's description of the keyboard is too short or inconsistent")

// ask sends a request of an extension and returns the reply.
func (d *Display) ask(request []byte) ([]byte, error) {
	cookie := d.conn.NewCookie(true, true)
	d.conn.NewRequest(request, cookie)
	return cookie.Reply()
}

// xkbRequest makes a request of size bytes for the core keyboard.
func (d *Display) xkbRequest(minor byte, size int) []byte {
	b := make([]byte, size)
	b[0], b[1] = d.xkb, minor
	xgb.Put16(b[2:], uint16(size/4))
	xgb.Put16(b[4:], coreKeyboard)
	return b
}

func (d *Display) useXKB() error {
	r, err := xproto.QueryExtension(d.conn, 9, "XKEYBOARD").Reply()
	if err != nil {
		return fmt.Errorf("look for the XKEYBOARD extension: %w", err)
	}
	d.xkb = r.MajorOpcode
	supported := false
	if r.Present {
		b := d.xkbRequest(xkbUseExtension, 8)
		xgb.Put16(b[4:], 1) // version 1.0
		reply, err := d.ask(b)
		if err != nil {
			return fmt.Errorf("use the XKEYBOARD extension: %w", err)
		}
		supported = reply[1] != 0
	}
	if !supported {
		return errors.New("the server lacks the XKEYBOARD extension, which describes the keyboard layout: enable it")
	}
	return nil
}

// state is the state that selects the symbols of keys. Modifiers are bits, Shift
// first.
type state struct {
	held, latched, locked byte
	group                 byte // the active one, from 0
}

func (d *Display) state() (state, error) {
	r, err := d.ask(d.xkbRequest(xkbGetState, 8))
	if err != nil {
		return state{}, fmt.Errorf("read the keyboard's state: %w", err)
	}
	return state{held: r[9], latched: r[10], locked: r[11], group: r[12]}, nil
}

// lock sets the locked modifiers and releases latched ones.
func (d *Display) lock(mods byte) error {
	b := d.xkbRequest(xkbLatchLockState, 16)
	b[6], b[7] = 0xff, mods // all locks
	b[10] = 0xff            // all latches, to 0
	cookie := d.conn.NewCookie(true, false)
	d.conn.NewRequest(b, cookie)
	if err := cookie.Check(); err != nil {
		return fmt.Errorf("set the keyboard's locks: %w", err)
	}
	return nil
}

// keyType lists which modifiers select which level of a key.
type keyType []struct{ mods, level byte }

// key describes a key: a type and symbols for each group.
type key struct {
	types   [4]keyType
	groups  int
	outside byte // how to handle a group that the key does not have
	width   int  // symbols per group
	syms    []keysym
	record  []byte // the key as the protocol encodes it, without the types' contents
}

// keymap is the server's description of the keyboard.
type keymap struct {
	first     xproto.Keycode
	keys      []key                   // from first on
	modifiers map[xproto.Keycode]byte // by key
}

// keymap reads the description of a keyboard, coreKeyboard or a device.
func (d *Display) keymap(keyboard uint16) (keymap, error) {
	b := d.xkbRequest(xkbGetMap, 28)
	xgb.Put16(b[4:], keyboard)
	xgb.Put16(b[6:], 1|2|4) // types, symbols and modifiers, all of them
	reply, err := d.ask(b)
	if err != nil {
		return keymap{}, fmt.Errorf("read the keyboard layout: %w", err)
	}
	return parseKeymap(reply)
}

// parseKeymap parses the server's reply to xkbGetMap.
func parseKeymap(reply []byte) (keymap, error) {
	r := reader{b: reply}
	head := r.next(40)
	if head == nil {
		return keymap{}, errShortReply
	}
	types := make([]keyType, head[15])
	for i := range types {
		types[i] = r.keyType()
	}
	m := keymap{first: xproto.Keycode(head[17]), modifiers: map[xproto.Keycode]byte{}}
	for range head[20] {
		m.keys = append(m.keys, r.key(types))
	}
	for range head[33] {
		if pair := r.next(2); pair != nil {
			m.modifiers[xproto.Keycode(pair[0])] = pair[1]
		}
	}
	if r.short {
		return keymap{}, errShortReply
	}
	return m, nil
}

// reader parses a reply and records whether it is too short.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) next(n int) []byte {
	if len(r.b) < n {
		r.short = true
		return nil
	}
	part := r.b[:n]
	r.b = r.b[n:]
	return part
}

func (r *reader) keyType() keyType {
	head := r.next(8)
	if head == nil {
		return nil
	}
	var t keyType
	n, preserve := int(head[5]), head[6] != 0
	for range n {
		// An entry is inactive if its virtual modifiers have no key.
		if e := r.next(8); e != nil && e[0] != 0 {
			t = append(t, struct{ mods, level byte }{e[1], e[2]})
		}
	}
	if preserve {
		r.next(4 * n)
	}
	return t
}

func (r *reader) key(types []keyType) key {
	whole := r.b
	head := r.next(8)
	if head == nil {
		return key{}
	}
	k := key{groups: int(head[4] & 0xf), outside: head[4], width: int(head[5])}
	for i, t := range head[:4] {
		if int(t) < len(types) {
			k.types[i] = types[t]
		}
	}
	symbols := r.next(4 * int(xgb.Get16(head[6:])))
	for ; len(symbols) >= 4; symbols = symbols[4:] {
		k.syms = append(k.syms, keysym(xgb.Get32(symbols)))
	}
	k.record = whole[:len(whole)-len(r.b)]
	if k.groups > 4 || len(k.syms) < k.groups*k.width {
		r.short = true
	}
	return k
}
