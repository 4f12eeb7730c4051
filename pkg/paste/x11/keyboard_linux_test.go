package x11_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste/x11"
)

const mixed = "yz YZ 1! Größe @€ äÄ é 中文 😀 Жук"

// types checks that a text arrives as it is.
func (a *app) types(d *x11.Display, text string) {
	a.Helper()
	if err := d.Type(a.Context(), text); err != nil {
		a.Fatal(err)
	}
	if got := a.got(len(text)); got != text {
		a.Errorf("got %q, want %q", got, text)
	}
}

func TestTypeLayouts(t *testing.T) {
	a := startX(t).xterm("target")
	for _, layout := range []string{"us", "de", "fr", "pl", "ru", "gr,us", "us -variant dvorak", "jp"} {
		a.do("setxkbmap", strings.Fields("-layout "+layout)...)
		before := a.do("xkbcomp", a.display, "-")
		d := a.open()
		a.types(d, mixed)
		// When the user sets another layout, our symbols are gone.
		a.do("setxkbmap", "-layout", "es")
		a.types(d, mixed)
		a.do("setxkbmap", strings.Fields("-layout "+layout)...)
		a.types(d, mixed)
		d.Close()
		d.Close()
		if after := a.do("xkbcomp", a.display, "-"); after != before {
			t.Errorf("%s: the layout was not restored", layout)
		}
	}
}

// TestTypeByLayout types characters that the layouts have, without spare keys.
func TestTypeByLayout(t *testing.T) {
	a := startX(t).xterm("target")
	d := a.open()
	for layout, text := range map[string]string{
		"us": "Plain words, 123 (ok)?", "de": "Größe: €5 {x} @ ÄÖÜ µ", "fr": "çà et là, déjà: 12 ~#", "pl": "Zażółć gęślą jaźń",
		"cz": "Příliš žlučový", "hu": "árvíztűrő", "tr": "ığüşçö İĞ", "ru": "Съешь же ещё этих", "gr": "Ταχιστη αλωπηξ",
		"il": "שלום", "th": "\u0e01\u0e39\u0e49\u0e38", "lv,us": "ā",
	} {
		a.do("setxkbmap", "-layout", layout)
		before := a.do("xkbcomp", a.display, "-")
		a.types(d, text)
		if after := a.do("xkbcomp", a.display, "-"); after != before {
			t.Errorf("%s: the keyboard was changed to type %q", layout, text)
		}
	}
}

func TestTypeLocks(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		a.do("setxkbmap", "-layout", "us,ru")
		d := a.open()
		for _, also := range []string{"Caps_Lock", "Num_Lock", "the second group"} { // one more each time
			if also == "the second group" {
				if err := d.LockGroup(1); err != nil {
					t.Fatal(err)
				}
			} else {
				a.do("xdotool", "key", also)
			}
			_, locked, group, err := d.Keys()
			if err != nil {
				t.Fatal(err)
			}
			a.types(d, mixed)
			_, lockedNow, groupNow, err := d.Keys()
			if err != nil {
				t.Fatal(err)
			}
			if locked == 0 || lockedNow != locked || groupNow != group {
				t.Errorf("with %s: locks %b and group %d changed to %b and %d", also, locked, group, lockedNow, groupNow)
			}
		}
		if _, _, group, _ := d.Keys(); group != 1 {
			t.Errorf("the group is %d, want the second", group)
		}
	})
}

func TestTypeHeldModifiers(t *testing.T) {
	a := startX(t).xterm("target")
	d := a.open()
	a.do("xdotool", "keydown", "super", "keydown", "ctrl")
	a.later(300*time.Millisecond, "xdotool", "keyup", "super", "keyup", "ctrl")
	start := time.Now()
	a.types(d, "let go of")
	if took := time.Since(start); took < 300*time.Millisecond {
		t.Errorf("typed after %v, while the keys were held", took)
	}
	a.do("xdotool", "keydown", "super", "keydown", "ctrl", "keydown", "shift")
	start = time.Now()
	a.types(d, "held on to")
	if took := time.Since(start); took < time.Second {
		t.Errorf("released the user's keys after %v", took)
	}
	if held, _, _, err := d.Keys(); held != 0 || err != nil {
		t.Errorf("modifiers %b are held afterwards (%v)", held, err)
	}
}

// TestTypeKeyboards gives one keyboard a different layout: either that of XTEST, so that
// the layout changes with the first key it presses, or the user's.
func TestTypeKeyboards(t *testing.T) {
	for _, which := range []int{0, 1} {
		apps(t, func(t *testing.T, a *app) {
			d := a.open()
			all, err := d.Keyboards()
			if err != nil || len(all) != 2 {
				t.Fatalf("the keyboards are %v (%v), want that of XTEST and another", all, err)
			}
			device := fmt.Sprint(all[which])
			a.do("sh", "-c", fmt.Sprintf("setxkbmap -layout fr -print | xkbcomp -w0 -i %s - $DISPLAY", device))
			before := a.do("xkbcomp", "-i", device, a.display, "-")
			a.types(d, mixed)
			a.types(d, "øñ… "+mixed)
			d.Close()
			if after := a.do("xkbcomp", "-i", device, a.display, "-"); after != before {
				t.Errorf("the layout of keyboard %s was not restored", device)
			}
		})
	}
}

func TestTypeControls(t *testing.T) {
	a := startX(t).xterm("target")
	d := a.open()
	for _, text := range []string{"a\rb", "a\x00b", "\x1b[A", "\u0085", "a\xffb"} {
		if err := d.Type(t.Context(), text); err == nil {
			t.Errorf("typed %q", text)
		}
	}
	if err := d.Type(t.Context(), "only\nthis\t\b"); err != nil {
		t.Fatal(err)
	}
	// What the keys send to a raw terminal; Backspace is configured as one of two characters.
	got, want := a.got(11), "only\rthis\t\b"
	if strings.ReplaceAll(got, "\x7f", "\b") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTypeNoFocus(t *testing.T) {
	desk := startX(t)
	d := desk.open()
	check := func(when string) {
		t.Helper()
		if err := d.Type(t.Context(), "text"); !errors.Is(err, x11.ErrNoFocus) {
			t.Errorf("%s: error is %v, want ErrNoFocus", when, err)
		}
		if _, err := d.Paste(t.Context(), "text"); !errors.Is(err, x11.ErrNoFocus) {
			t.Errorf("%s: error is %v, want ErrNoFocus", when, err)
		}
	}
	check("no window")
	// Act as a window manager that takes the focus itself.
	r := desk.requestor()
	xproto.MapWindow(r.conn, r.window)
	xproto.SetInputFocus(r.conn, xproto.InputFocusNone, r.window, 0)
	value := make([]byte, 4)
	xgb.Put32(value, uint32(r.window))
	xproto.ChangeProperty(r.conn, xproto.PropModeReplace, xproto.Setup(r.conn).DefaultScreen(r.conn).Root,
		r.atom("_NET_SUPPORTING_WM_CHECK"), xproto.AtomWindow, 32, 1, value)
	if f, err := xproto.GetInputFocus(r.conn).Reply(); err != nil || f.Focus != r.window {
		t.Fatalf("cannot set the focus for this test: %+v, %v", f, err)
	}
	check("window manager")
}

func TestTypeFocusLost(t *testing.T) {
	desk := startX(t)
	other := desk.xterm("other")
	a := desk.xterm("target")
	d := a.open()
	text := strings.Repeat("many words 中 ", 5000)
	move, moved := desk.command("xdotool", "windowfocus", other.window), make(chan error, 1)
	go func() { // when some of the text has arrived
		err := await.Poll(t.Context(), await.Patience, func() error {
			if data, _ := os.ReadFile(a.file); len(data) == 0 {
				return errors.New("nothing was typed")
			}
			return nil
		})
		moved <- errors.Join(err, move.Run())
	}()
	err := d.Type(t.Context(), text)
	if err := <-moved; err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, x11.ErrFocusLost) {
		t.Fatalf("error is %v, want ErrFocusLost", err)
	}
	var sent, of int
	if _, err := fmt.Sscanf(err.Error(), "type: sent %d of %d characters", &sent, &of); err != nil || of != len([]rune(text)) {
		t.Errorf("error %q does not say how much was sent: %v", err, err)
	}
	var got, astray string
	await.True(a, "all that was sent", func() bool {
		got, astray = a.now(), other.now()
		return utf8.RuneCountInString(got+astray) == sent
	})
	if !strings.HasPrefix(text, got) || got == "" || utf8.RuneCountInString(astray) > 8 {
		t.Errorf("%d characters arrived and %q went to the other window", len(got), astray)
	}
}

func TestTypeCancel(t *testing.T) {
	a := startX(t).xterm("target")
	d := a.open()
	before := a.do("xkbcomp", a.display, "-")
	a.do("xdotool", "key", "Caps_Lock")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := d.Type(ctx, strings.Repeat("word 中 ", 100000)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	if _, locked, _, err := d.Keys(); locked == 0 || err != nil {
		t.Errorf("CapsLock is off (%v)", err)
	}
	a.do("xdotool", "key", "Caps_Lock")
	d.Close()
	if after := a.do("xkbcomp", a.display, "-"); after != before {
		t.Error("the layout was not restored")
	}
}

func TestOpenFails(t *testing.T) {
	t.Setenv("DISPLAY", "")
	for display, want := range map[string]string{"": "DISPLAY is not set", ":7654": "is the server running", "x": "bad display"} {
		if _, err := x11.Open(display); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Open(%q): error is %v, want one with %q", display, err, want)
		}
	}
}
