package x11

import (
	"context"
	"fmt"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// names are the atoms that we use.
var names = []string{
	"CLIPBOARD", "PRIMARY", "TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE",
	"INSERT_SELECTION", "INSERT_PROPERTY", "INCR", "UTF8_STRING", "STRING", "TEXT",
	"text/plain;charset=utf-8", "text/plain", "x-kde-passwordManagerHint", "ATOM", "ATOM_PAIR", "INTEGER",
	"WM_PROTOCOLS", "_NET_WM_PING", "_NET_SUPPORTING_WM_CHECK", "WM_CLASS", "WINDOW",
	"VOICEFLOW_DATA", "VOICEFLOW_TIME", "VOICEFLOW_LENT", "CLIPBOARD_MANAGER",
	"PIXMAP", "BITMAP", "DRAWABLE", "COLORMAP", "PIXEL",
}

func (d *Display) internAtoms() error {
	d.atoms = map[string]xproto.Atom{}
	for _, name := range names {
		r, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return fmt.Errorf("intern the atom %s: %w", name, err)
		}
		d.atoms[name] = r.Atom
	}
	return nil
}

// events handles what the server sends until the connection ends. It serves
// the clipboard at all times, and passes on what a method waits for.
func (d *Display) events() {
	defer close(d.gone)
	for {
		event, err := d.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		// An error here is about a request that nobody waits for: a window
		// that has gone in the meantime.
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			d.serve(e)
		case xproto.SelectionClearEvent:
			d.loseOffer(e)
		case xproto.DestroyNotifyEvent:
			d.dropTransfers(e.Window)
		case xproto.SelectionNotifyEvent:
			d.pass(e)
		case xproto.PropertyNotifyEvent:
			switch {
			case d.client(e.Window) == d.client(d.own):
				if e.State == xproto.PropertyNewValue {
					d.pass(e)
				}
			case e.State == xproto.PropertyDelete:
				d.sendChunk(channel{e.Window, e.Atom})
			}
		case xproto.ClientMessageEvent:
			d.pong(e)
		}
	}
}

// pass gives an event to the method that may wait for one. It never blocks: a
// method empties the channel before it waits, and none comes unasked.
func (d *Display) pass(event xgb.Event) {
	select {
	case d.replies <- event:
	default:
	}
}

func (d *Display) pong(e xproto.ClientMessageEvent) {
	if e.Format != 32 || e.Type != d.atoms["WM_PROTOCOLS"] || xproto.Atom(e.Data.Data32[0]) != d.atoms["_NET_WM_PING"] {
		return
	}
	select {
	case d.pongs <- e.Data.Data32[1]:
	default:
	}
}

// round makes a round trip: the server has then done all that we asked for,
// and sent what comes of it.
func (d *Display) round() error {
	_, err := xproto.GetInputFocus(d.conn).Reply()
	return err
}

// pause waits, but no longer than ctx and the connection last.
func (d *Display) pause(ctx context.Context, t time.Duration) error {
	select {
	case <-time.After(t):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-d.gone:
		return ErrGone
	}
}
