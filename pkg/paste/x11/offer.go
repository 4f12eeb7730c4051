package x11

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// format is one form of a clipboard's content, as a property would hold it.
type format struct {
	target xproto.Atom
	kind   xproto.Atom
	width  byte // bits of a unit: 8, 16 or 32
	data   []byte
}

// offer is what we give to those who ask for a selection.
type offer struct {
	formats []format
	since   xproto.Timestamp
	watch   *watch // of a paste, else nil
}

// watch notes what the program that is to paste does. The mutex of the Display
// guards it.
type watch struct {
	client  uint32
	open    bool // the key stroke has been sent: who asked before that wants something else
	running int  // transfers that have begun
	taken   bool // one has come to its end
	reads   int  // how many have
	lost    bool // another program took a selection
	moved   chan struct{}
}

// touch tells who waits that something has changed.
func (w *watch) touch() {
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// textOffer offers text in the forms that programs ask for. STRING is Latin-1
// by definition, so it is there for such texts only. Clipboard managers are
// told to keep no copy, in the way that password managers tell them.
func (d *Display) textOffer(text string) *offer {
	o := &offer{}
	add := func(target, kind string, data []byte) {
		o.formats = append(o.formats, format{d.atoms[target], d.atoms[kind], 8, data})
	}
	utf8 := []byte(text)
	add("UTF8_STRING", "UTF8_STRING", utf8)
	add("text/plain;charset=utf-8", "text/plain;charset=utf-8", utf8)
	add("TEXT", "UTF8_STRING", utf8)
	if latin1, ok := latin1(text); ok {
		add("STRING", "STRING", latin1)
	}
	add("text/plain", "text/plain", utf8)
	add("x-kde-passwordManagerHint", "STRING", []byte("secret"))
	return o
}

func latin1(text string) ([]byte, bool) {
	var b []byte
	for _, r := range text {
		if r > 0xff {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}

// find returns the form of that name.
func (o *offer) find(target xproto.Atom) (format, bool) {
	i := slices.IndexFunc(o.formats, func(f format) bool { return f.target == target })
	if i < 0 {
		return format{}, false
	}
	return o.formats[i], true
}

// targets is the list of the forms, in the form of a property.
func (o *offer) targets(d *Display) format {
	list := []xproto.Atom{d.atoms["TARGETS"], d.atoms["TIMESTAMP"], d.atoms["MULTIPLE"]}
	for _, f := range o.formats {
		list = append(list, f.target)
	}
	var data []byte
	for _, a := range list {
		data = binary.LittleEndian.AppendUint32(data, uint32(a))
	}
	return format{kind: d.atoms["ATOM"], width: 32, data: data}
}

func (o *offer) timestamp(d *Display) format {
	return format{kind: d.atoms["INTEGER"], width: 32, data: binary.LittleEndian.AppendUint32(nil, uint32(o.since))}
}

// take makes us the owner of a selection, with that to offer. A nil offer
// leaves it without owner.
func (d *Display) take(selection string, o *offer) error {
	now, err := d.now()
	if err != nil {
		return err
	}
	atom, owner := d.atoms[selection], d.own
	if o == nil {
		owner = 0
	} else {
		o.since = now
	}
	d.setOffer(atom, o) // first, as requests come at once
	err = xproto.SetSelectionOwnerChecked(d.conn, owner, atom, now).Check()
	if err == nil && o != nil {
		var r *xproto.GetSelectionOwnerReply
		if r, err = xproto.GetSelectionOwner(d.conn, atom).Reply(); err == nil && r.Owner != owner {
			d.setOffer(atom, nil)
			err = fmt.Errorf("another program took it at the same moment")
		}
	}
	if err != nil {
		return fmt.Errorf("own the %s selection: %w", selection, err)
	}
	return nil
}

func (d *Display) setOffer(selection xproto.Atom, o *offer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setOfferLocked(selection, o)
}

func (d *Display) setOfferLocked(selection xproto.Atom, o *offer) {
	if o == nil {
		delete(d.offers, selection)
	} else {
		d.offers[selection] = o
	}
	close(d.changed)
	d.changed = make(chan struct{})
}

// offered returns what we offer there, nil if another program is the owner.
func (d *Display) offered(selection string) *offer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.offers[d.atoms[selection]]
}

// loseOffer notes that another program took a selection. The event may be
// about the time before we took it back.
func (d *Display) loseOffer(e xproto.SelectionClearEvent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.offers[e.Selection]
	if o == nil || int32(e.Time-o.since) < 0 {
		return
	}
	if o.watch != nil {
		o.watch.lost = true
		o.watch.touch()
	}
	d.setOfferLocked(e.Selection, nil)
}
