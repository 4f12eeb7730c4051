package x11_test

import (
	"slices"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// requestor is a program that asks for the clipboard.
type requestor struct {
	*testing.T
	conn   *xgb.Conn
	window xproto.Window
}

func (d *desktop) requestor() *requestor {
	d.Helper()
	conn, err := xgb.NewConnDisplay(d.display)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(conn.Close)
	w, err := xproto.NewWindowId(conn)
	if err != nil {
		d.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	if err := xproto.CreateWindowChecked(conn, 0, w, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil).Check(); err != nil {
		d.Fatal(err)
	}
	return &requestor{d.T, conn, w}
}

func (r *requestor) atom(name string) xproto.Atom {
	r.Helper()
	a, err := xproto.InternAtom(r.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		r.Fatal(err)
	}
	return a.Atom
}

// ask requests the clipboard and returns the property of the answer, 0 if the
// owner refused.
func (r *requestor) ask(target, property string) xproto.Atom {
	r.Helper()
	xproto.ConvertSelection(r.conn, r.window, r.atom("CLIPBOARD"), r.atom(target), r.atom(property), 0)
	for {
		event, err := r.conn.WaitForEvent()
		if event == nil {
			r.Fatalf("no answer: %v", err)
		}
		if e, ok := event.(xproto.SelectionNotifyEvent); ok {
			return e.Property
		}
	}
}

func (r *requestor) get(property string) *xproto.GetPropertyReply {
	r.Helper()
	p, err := xproto.GetProperty(r.conn, true, r.window, r.atom(property), 0, 0, 1<<20).Reply()
	if err != nil {
		r.Fatal(err)
	}
	return p
}

func TestServedForms(t *testing.T) {
	a := startX(t).gtk("target")
	d := a.open()
	a.copy("clipboard", "text/html", "<b>ä</b>")
	a.pastes(d, "text")
	r := a.requestor()
	if r.ask("text/html", "P") == 0 || string(r.get("P").Value) != "<b>ä</b>" {
		t.Error("the old content was not restored")
	}
	if r.ask("UTF8_STRING", "P") != 0 {
		t.Error("the clipboard has a form that the old content did not have")
	}
	if r.ask("TIMESTAMP", "P") == 0 {
		t.Error("TIMESTAMP is refused")
	}
	if p := r.get("P"); p.Type != r.atom("INTEGER") || p.Format != 32 || xgb.Get32(p.Value) == 0 {
		t.Errorf("TIMESTAMP is %+v", p)
	}
	if r.ask("TARGETS", "P") == 0 {
		t.Error("TARGETS is refused")
	}
	var forms []xproto.Atom
	for list := r.get("P").Value; len(list) >= 4; list = list[4:] {
		forms = append(forms, xproto.Atom(xgb.Get32(list)))
	}
	want := []xproto.Atom{r.atom("TARGETS"), r.atom("TIMESTAMP"), r.atom("MULTIPLE"), r.atom("text/html")}
	if !slices.Equal(forms, want) {
		t.Errorf("the forms are %v, want %v", forms, want)
	}
}

func TestMultiple(t *testing.T) {
	a := startX(t).gtk("target")
	d := a.open()
	a.copy("clipboard", "text/html", "<b>ä</b>")
	a.pastes(d, "text")
	r := a.requestor()
	list := make([]byte, 24)
	for i, name := range []string{"text/html", "P1", "image/png", "P2", "TIMESTAMP", "P3"} {
		xgb.Put32(list[4*i:], uint32(r.atom(name)))
	}
	xproto.ChangeProperty(r.conn, xproto.PropModeReplace, r.window, r.atom("P"), r.atom("ATOM_PAIR"), 32, 6, list)
	if r.ask("MULTIPLE", "P") == 0 {
		t.Fatal("MULTIPLE is refused")
	}
	xgb.Put32(list[12:], 0) // the image
	if got := r.get("P").Value; !slices.Equal(got, list) {
		t.Errorf("the list is %v, want %v", got, list)
	}
	if string(r.get("P1").Value) != "<b>ä</b>" || r.get("P2").Type != 0 || len(r.get("P3").Value) != 4 {
		t.Error("the properties are not as requested")
	}
}
