package x11

import (
	"context"
	"encoding/binary"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// chunk is how many bytes of content go into one piece. Every server accepts
// requests of four times that size.
const chunk = 64 << 10

// channel is where a requestor wants the content: a property of its window.
type channel struct {
	window   xproto.Window
	property xproto.Atom
}

// transfer is content on its way in pieces, with the INCR mechanism of the ICCCM:
// the requestor deletes each piece to get the next, and an empty piece marks the
// end.
type transfer struct {
	format
	watch *watch
}

// abandon records that the transfer will not finish.
func (t *transfer) abandon() {
	if t != nil && t.watch != nil {
		t.watch.running--
		t.watch.touch()
	}
}

// serve answers a request for a selection.
func (d *Display) serve(e xproto.SelectionRequestEvent) {
	if e.Property == 0 { // as programs from before the ICCCM do
		e.Property = e.Target
	}
	d.mu.Lock()
	o := d.offers[e.Selection]
	d.mu.Unlock()
	served := false
	// A request for a time before we became the owner is not for us.
	if o != nil && (e.Time == 0 || int32(e.Time-o.since) >= 0) {
		if e.Target == d.atoms["MULTIPLE"] {
			served = d.giveMany(o, channel{e.Requestor, e.Property})
		} else {
			served = d.give(o, e.Target, channel{e.Requestor, e.Property})
		}
	}
	answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor,
		Selection: e.Selection, Target: e.Target, Property: e.Property}
	if !served {
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
		go d.endLoan() // the requestor waits for that
		return true
	}
	f, ok := o.find(target)
	if !ok {
		return false
	}
	w := d.watching(o, target, to.window)
	if len(f.data) <= chunk {
		d.put(to, f)
		d.updateWatch(w, func() { w.taken, w.reads = true, w.reads+1 })
		return true
	}
	d.updateWatch(w, func() { w.running++ })
	d.mu.Lock()
	d.transfers[to].abandon() // the requestor asked again
	d.transfers[to] = &transfer{f, w}
	d.mu.Unlock()
	d.listen(to.window, xproto.EventMaskPropertyChange|xproto.EventMaskStructureNotify)
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(f.data)))
	d.put(to, format{kind: d.atoms["INCR"], width: 32, data: size})
	return true
}

// watching returns the watch of a paste if it waits for this request: one for the
// text, by the program of the focused window, after the keystroke. Requests of a
// clipboard manager do not count.
func (d *Display) watching(o *offer, target xproto.Atom, requestor xproto.Window) *watch {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := o.watch
	if w == nil || !w.open || w.client != d.client(requestor) || target == d.atoms["x-kde-passwordManagerHint"] {
		return nil
	}
	return w
}

// updateWatch changes a watch, if there is one.
func (d *Display) updateWatch(w *watch, change func()) {
	if w == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
	w.touch()
}

// giveMany answers a request for several forms, which a property lists as pairs
// of form and property.
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

// sendChunk sends the next piece of a transfer once the previous one was read.
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
		d.updateWatch(t.watch, func() {})
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
	d.updateWatch(t.watch, func() { t.watch.running--; t.watch.taken = true; t.watch.reads++ })
}

// dropTransfers drops the transfers to a window that has closed.
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

// Serve waits until other programs have taken the clipboard and the Display has no
// content left to serve; a process that has pasted should not end earlier. It
// returns nil immediately if there is no content, the error of ctx when ctx is
// done, and ErrGone when the connection ends. The Display serves its content until
// Close in any case, with or without a call of Serve.
func (d *Display) Serve(ctx context.Context) error {
	for {
		d.mu.Lock()
		n, changed := len(d.offers), d.changed
		d.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-d.gone:
			return ErrGone
		}
	}
}
