package x11

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// format is one form of the clipboard content, as stored in a property.
type format struct {
	target xproto.Atom
	kind   xproto.Atom
	width  byte // bits per unit: 8, 16 or 32
	data   []byte
}

// offer is the content that we offer in a selection.
type offer struct {
	formats []format
	since   xproto.Timestamp
	watch   *watch // of a paste, else nil
}

// watch records how the pasting program takes the text. The mutex of the Display
// guards it.
type watch struct {
	client  uint32
	open    bool // the keystroke was sent; earlier requests are unrelated to it
	running int  // transfers in progress
	taken   bool // a transfer has finished
	reads   int  // finished transfers
	lost    bool // another program took a selection
	moved   chan struct{}
}

// touch signals a change to the waiting paste.
func (w *watch) touch() {
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// textOffer offers text in the forms that programs ask for. STRING is Latin-1 by
// definition, so it is offered only if the text fits. A hint that password managers
// use asks clipboard managers not to keep a copy.
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

// find returns the form with the given name.
func (o *offer) find(target xproto.Atom) (format, bool) {
	i := slices.IndexFunc(o.formats, func(f format) bool { return f.target == target })
	if i < 0 {
		return format{}, false
	}
	return o.formats[i], true
}

// targets returns the list of the forms, as stored in a property.
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

// take makes us the owner of a selection and offers o in it. A nil offer leaves
// the selection without an owner.
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
	d.setOffer(atom, o) // first, since requests come immediately
	err = xproto.SetSelectionOwnerChecked(d.conn, owner, atom, now).Check()
	if err == nil && o != nil {
		var r *xproto.GetSelectionOwnerReply
		if r, err = xproto.GetSelectionOwner(d.conn, atom).Reply(); err == nil && r.Owner != owner {
			d.setOffer(atom, nil)
			err = errors.New("another program took it at the same moment")
		}
	}
	if err != nil {
		return fmt.Errorf("take the %s selection: %w", selection, err)
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

// offered returns our offer in a selection, nil if another program owns it.
func (d *Display) offered(selection string) *offer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.offers[d.atoms[selection]]
}

// loseOffer drops our offer when another program takes a selection, unless the
// event is older than our taking it back.
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
