package x11

import (
	"context"
	"fmt"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// atomNames are the names of the atoms in use.
var atomNames = []string{
	"CLIPBOARD", "PRIMARY", "TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE",
	"INSERT_SELECTION", "INSERT_PROPERTY", "INCR", "UTF8_STRING", "STRING", "TEXT",
	"text/plain;charset=utf-8", "text/plain", "x-kde-passwordManagerHint", "ATOM", "ATOM_PAIR", "INTEGER",
	"WM_PROTOCOLS", "_NET_WM_PING", "_NET_SUPPORTING_WM_CHECK", "WM_CLASS", "WINDOW",
	"VOICEFLOW_DATA", "VOICEFLOW_TIME", "VOICEFLOW_LENT", "CLIPBOARD_MANAGER",
	"PIXMAP", "BITMAP", "DRAWABLE", "COLORMAP", "PIXEL",
}

func (d *Display) internAtoms() error {
	d.atoms = map[string]xproto.Atom{}
	for _, name := range atomNames {
		r, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return fmt.Errorf("intern the atom %s: %w", name, err)
		}
		d.atoms[name] = r.Atom
	}
	return nil
}

// events handles events from the server until the connection ends. It serves the
// clipboard and passes on the events that methods wait for.
func (d *Display) events() {
	defer close(d.gone)
	for {
		event, err := d.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		// An error here belongs to a request that needs no reply, for example
		// on a window that has closed meanwhile.
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

// pass hands an event to the method that may be waiting for it, and drops it if
// the channel is full. Methods drain the channel before they wait.
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

// roundTrip makes a round trip, after which the server has processed all our earlier
// requests and sent the resulting events.
func (d *Display) roundTrip() error {
	_, err := xproto.GetInputFocus(d.conn).Reply()
	return err
}

// pause waits for t, or returns an error if ctx is done or the connection ends.
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
