package x11

import (
	"encoding/binary"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// chunk is how many bytes of a content go in one piece. Every server takes
// requests of four times that size.
const chunk = 64 << 10

// channel is where a requestor wants the content: a property of its window.
type channel struct {
	window   xproto.Window
	property xproto.Atom
}

// transfer is a content on its way in pieces, by the INCR mechanism of the
// ICCCM: the requestor deletes each piece to get the next, and an empty one is
// the end.
type transfer struct {
	format
	watch *watch
}

// abandon notes that it does not come to its end.
func (t *transfer) abandon() {
	if t != nil && t.watch != nil {
		t.watch.running--
		t.watch.touch()
	}
}

// serve answers a request for a selection.
func (d *Display) serve(e xproto.SelectionRequestEvent) {
	if e.Property == 0 { // by programs from before the ICCCM
		e.Property = e.Target
	}
	d.mu.Lock()
	o := d.offers[e.Selection]
	d.mu.Unlock()
	given := false
	// A request for a time before we became the owner is not for us.
	if o != nil && (e.Time == 0 || int32(e.Time-o.since) >= 0) {
		if e.Target == d.atoms["MULTIPLE"] {
			given = d.giveMany(o, channel{e.Requestor, e.Property})
		} else {
			given = d.give(o, e.Target, channel{e.Requestor, e.Property})
		}
	}
	answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor,
		Selection: e.Selection, Target: e.Target, Property: e.Property}
	if !given {
		answer.Property = 0
	}
	xproto.SendEvent(d.conn, false, e.Requestor, xproto.EventMaskNoEvent, string(answer.Bytes()))
}

// give puts one form of the content into a property of the requestor.
func (d *Display) give(o *offer, target xproto.Atom, to channel) bool {
	switch target {
	case d.atoms["TARGETS"]:
		d.put(to, o.targets(d))
		return true
	case d.atoms["TIMESTAMP"]:
		d.put(to, o.timestamp(d))
		return true
	}
	if target == d.atoms["VOICEFLOW_LENT"] && o.watch != nil {
		d.put(to, format{kind: d.atoms["STRING"], width: 8, data: []byte(lentMark)})
		go d.endLoan() // whoever asks waits for that
		return true
	}
	f, ok := o.find(target)
	if !ok {
		return false
	}
	w := d.watching(o, target, to.window)
	if len(f.data) <= chunk {
		d.put(to, f)
		d.moved(w, func() { w.taken, w.reads = true, w.reads+1 })
		return true
	}
	d.moved(w, func() { w.running++ })
	d.mu.Lock()
	d.transfers[to].abandon() // asked for anew
	d.transfers[to] = &transfer{f, w}
	d.mu.Unlock()
	d.listen(to.window, xproto.EventMaskPropertyChange|xproto.EventMaskStructureNotify)
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(f.data)))
	d.put(to, format{kind: d.atoms["INCR"], width: 32, data: size})
	return true
}

// watching returns the watch of a paste if this request is what it waits for:
// the text, for the program of the focused window, after the key stroke. A
// clipboard manager's request is not.
func (d *Display) watching(o *offer, target xproto.Atom, requestor xproto.Window) *watch {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := o.watch
	if w == nil || !w.open || w.client != d.client(requestor) || target == d.atoms["x-kde-passwordManagerHint"] {
		return nil
	}
	return w
}

// moved changes a watch, if there is one.
func (d *Display) moved(w *watch, change func()) {
	if w == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
	w.touch()
}

// giveMany answers a request for several forms, which a property lists in
// pairs of form and property.
func (d *Display) giveMany(o *offer, list channel) bool {
	r, err := xproto.GetProperty(d.conn, false, list.window, list.property, xproto.GetPropertyTypeAny, 0, 1024).Reply()
	if err != nil || r.Format != 32 {
		return false
	}
	pairs := r.Value[:len(r.Value)&^7]
	for i := 0; i < len(pairs); i += 8 {
		target, property := xproto.Atom(xgb.Get32(pairs[i:])), xproto.Atom(xgb.Get32(pairs[i+4:]))
		if property == 0 || target == d.atoms["MULTIPLE"] || !d.give(o, target, channel{list.window, property}) {
			xgb.Put32(pairs[i+4:], 0) // refused
		}
	}
	d.put(list, format{kind: d.atoms["ATOM_PAIR"], width: 32, data: pairs})
	return true
}

func (d *Display) put(to channel, f format) {
	xproto.ChangeProperty(d.conn, xproto.PropModeReplace, to.window, to.property, f.kind, f.width,
		uint32(len(f.data)/int(f.width/8)), f.data)
}

func (d *Display) listen(w xproto.Window, mask uint32) {
	if w != d.own {
		xproto.ChangeWindowAttributes(d.conn, w, xproto.CwEventMask, []uint32{mask})
	}
}

// sendChunk sends the next piece of a transfer when the one before was read.
func (d *Display) sendChunk(to channel) {
	d.mu.Lock()
	t := d.transfers[to]
	d.mu.Unlock()
	if t == nil {
		return
	}
	f := t.format
	f.data = t.data[:min(chunk, len(t.data))]
	t.data = t.data[len(f.data):]
	d.put(to, f)
	if len(f.data) > 0 {
		d.moved(t.watch, func() {})
		return
	}
	d.mu.Lock()
	delete(d.transfers, to)
	last := true
	for other := range d.transfers {
		last = last && other.window != to.window
	}
	d.mu.Unlock()
	if last {
		d.listen(to.window, xproto.EventMaskNoEvent)
	}
	d.moved(t.watch, func() { t.watch.running--; t.watch.taken = true; t.watch.reads++ })
}

// dropTransfers forgets those to a window that has gone.
func (d *Display) dropTransfers(w xproto.Window) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for to, t := range d.transfers {
		if to.window != w {
			continue
		}
		delete(d.transfers, to)
		t.abandon()
	}
}
