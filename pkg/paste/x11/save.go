package x11

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	saveTime = 2 * time.Second // for reading the clipboard content
	saveSize = 64 << 20        // bytes, all forms together
	// serverTime is for an answer of the server itself, which can be busy drawing.
	serverTime = 10 * time.Second
)

var errTooMuch = errors.New("too much to keep")

// snapshot is a selection's content before we took it.
type snapshot struct {
	*offer      // nil if it had no owner
	whole  bool // no form is missing
}

// save reads all forms of a selection. Forms beyond saveTime and saveSize are
// left out, and the result is then not whole.
func (d *Display) save(ctx context.Context, selection string) (snapshot, error) {
	if o := d.offered(selection); o != nil {
		return snapshot{&offer{formats: o.formats}, true}, nil // restored by the previous paste
	}
	owner, err := xproto.GetSelectionOwner(d.conn, d.atoms[selection]).Reply()
	if err != nil {
		return snapshot{}, err
	}
	if owner.Owner == 0 {
		return snapshot{nil, true}, nil
	}
	now, err := d.now()
	if err != nil {
		return snapshot{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	s := snapshot{&offer{}, true}
	room := saveSize
	for _, target := range d.forms(ctx, selection, now) {
		f, err := d.read(ctx, request{selection, target, now}, room)
		if err != nil {
			s.whole = false
			continue
		}
		if f.kind != 0 { // otherwise the owner refused a form that it listed
			s.formats = append(s.formats, f)
			room -= len(f.data)
		}
	}
	if len(s.formats) == 0 {
		s.whole = false
	}
	return s, nil
}

// forms asks the owner for the list of its forms. Without a list, it returns the
// forms of text.
func (d *Display) forms(ctx context.Context, selection string, now xproto.Timestamp) []xproto.Atom {
	list, err := d.read(ctx, request{selection, d.atoms["TARGETS"], now}, saveSize)
	if err != nil || list.width != 32 {
		return []xproto.Atom{d.atoms["UTF8_STRING"], d.atoms["STRING"]}
	}
	var forms []xproto.Atom
	for b := list.data; len(b) >= 4; b = b[4:] {
		form := xproto.Atom(xgb.Get32(b))
		if form != 0 && !d.isCommand(form) && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

// isCommand reports whether a form is a query or command to the owner, or refers
// to a server resource that disappears with the owner.
func (d *Display) isCommand(form xproto.Atom) bool {
	for _, name := range []string{"TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE", "INSERT_SELECTION",
		"INSERT_PROPERTY", "PIXMAP", "BITMAP", "DRAWABLE", "COLORMAP", "PIXEL", "VOICEFLOW_LENT"} {
		if d.atoms[name] == form {
			return true
		}
	}
	return false
}

// request asks for one form of a selection as of a time.
type request struct {
	selection string
	target    xproto.Atom
	time      xproto.Timestamp
}

// read gets one form of a selection from its owner; the result has no kind if the
// owner refuses. The content arrives in a window created for this read, so that
// content that arrives too late is dropped.
func (d *Display) read(ctx context.Context, q request, room int) (format, error) {
	w, err := d.window()
	if err != nil {
		return format{}, err
	}
	defer xproto.DestroyWindow(d.conn, w)
	d.drain()
	xproto.ConvertSelection(d.conn, w, d.atoms[q.selection], q.target, d.atoms["VOICEFLOW_DATA"], q.time)
	for {
		event, err := d.reply(ctx)
		if err != nil {
			return format{}, err
		}
		answer, ok := event.(xproto.SelectionNotifyEvent)
		if !ok || answer.Requestor != w {
			continue
		}
		if answer.Property == 0 {
			return format{}, nil
		}
		break
	}
	f, err := d.fetch(w, room)
	if err == nil && f.kind == d.atoms["INCR"] {
		f, err = d.readChunks(ctx, w, room)
	}
	f.target = q.target
	return f, err
}

// readChunks reads content that arrives in pieces; the earlier fetch has asked for
// the first.
func (d *Display) readChunks(ctx context.Context, w xproto.Window, room int) (format, error) {
	var whole format
	for {
		event, err := d.reply(ctx)
		if err != nil {
			return format{}, err
		}
		if e, ok := event.(xproto.PropertyNotifyEvent); !ok || e.Window != w {
			continue
		}
		f, err := d.fetch(w, room-len(whole.data))
		if err != nil {
			return format{}, err
		}
		if f.kind == 0 { // the event was for a piece that has been fetched already
			continue
		}
		whole.kind, whole.width = f.kind, f.width
		whole.data = append(whole.data, f.data...)
		if len(f.data) == 0 {
			return whole, nil
		}
	}
}

// fetch reads and deletes the property in which content arrives.
func (d *Display) fetch(w xproto.Window, room int) (format, error) {
	r, err := xproto.GetProperty(d.conn, true, w, d.atoms["VOICEFLOW_DATA"],
		xproto.GetPropertyTypeAny, 0, uint32(room/4+1)).Reply()
	if err != nil {
		return format{}, err
	}
	if r.BytesAfter > 0 || len(r.Value) > room {
		return format{}, errTooMuch
	}
	return format{kind: r.Type, width: r.Format, data: r.Value}, nil
}

// now returns the server's time, taken from the event for a change to one of our
// properties.
func (d *Display) now() (xproto.Timestamp, error) {
	ctx, cancel := context.WithTimeout(context.Background(), serverTime)
	defer cancel()
	d.drain()
	xproto.ChangeProperty(d.conn, xproto.PropModeAppend, d.own, d.atoms["VOICEFLOW_TIME"], d.atoms["STRING"], 8, 0, nil)
	for {
		event, err := d.reply(ctx)
		if err != nil {
			return 0, err
		}
		if e, ok := event.(xproto.PropertyNotifyEvent); ok && e.Atom == d.atoms["VOICEFLOW_TIME"] {
			return e.Time, nil
		}
	}
}

// reply waits for the next event that answers a request.
func (d *Display) reply(ctx context.Context) (xgb.Event, error) {
	select {
	case event := <-d.replies:
		return event, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-d.gone:
		return nil, ErrGone
	}
}

// drain discards the events of earlier requests.
func (d *Display) drain() {
	for {
		select {
		case <-d.replies:
		default:
			return
		}
	}
}
