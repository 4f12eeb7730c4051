package x11_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste/x11"
)

// copy puts data on a selection, served by a program in the background.
func (d *desktop) copy(selection, form, data string) {
	d.Helper()
	cmd := d.command("xclip", "-i", "-selection", selection, "-t", form)
	cmd.Stdin = strings.NewReader(data)
	if err := cmd.Run(); err != nil {
		d.Fatal(err)
	}
	await.True(d, "the copy", func() bool { return d.paste(selection, form) == data })
}

// paste reads a selection; the result is "none" if it has no owner or lacks the
// form.
func (d *desktop) paste(selection, form string) string {
	d.Helper()
	out, err := d.command("xclip", "-o", "-selection", selection, "-t", form).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "none"
	}
	if err != nil {
		d.Fatal(err)
	}
	return string(out)
}

// pastes checks that a text arrives unchanged and that the clipboard is restored.
func (a *app) pastes(d *x11.Display, text string) {
	a.Helper()
	r, err := d.Paste(a.Context(), text)
	if err != nil || !r.Taken || !r.Restored {
		a.Fatalf("Paste = %+v, %v", r, err)
	}
	if got := a.got(len(text)); got != text {
		a.Errorf("got %.60q (%d bytes), want %.60q (%d bytes)", got, len(got), text, len(text))
	}
}

func TestPaste(t *testing.T) {
	image := make([]byte, 300_000) // too large for one piece
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(image)
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		a.pastes(d, "onto an empty clipboard: "+mixed)
		if got := a.paste("clipboard", "UTF8_STRING"); got != "none" {
			t.Errorf("the clipboard has %q, want nothing", got)
		}
		a.copy("clipboard", "UTF8_STRING", "what was there: "+mixed)
		a.copy("primary", "UTF8_STRING", "what was selected")
		for _, text := range []string{mixed, "é", strings.Repeat("Größe 中😀", 10000/8), strings.Repeat("0123456789ä", 1<<20/12)} {
			a.pastes(d, text)
			if got := a.paste("clipboard", "UTF8_STRING"); got != "what was there: "+mixed {
				t.Errorf("the clipboard has %.60q afterwards", got)
			}
			if got := a.paste("primary", "UTF8_STRING"); got != "what was selected" {
				t.Errorf("the primary selection has %.60q afterwards", got)
			}
		}
		a.copy("clipboard", "image/png", string(image))
		a.pastes(d, mixed)
		a.pastes(d, mixed)
		if got := a.paste("clipboard", "image/png"); got != string(image) {
			t.Errorf("the image differs afterwards: %d bytes, want %d", len(got), len(image))
		}
		if got := a.paste("clipboard", "UTF8_STRING"); got != "none" {
			t.Errorf("the clipboard has the text %q afterwards, want the image only", got)
		}
	})
}

func TestPasteLayouts(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		for _, layout := range []string{"us -variant dvorak", "ru", "us"} { // ru has no v
			a.do("setxkbmap", strings.Fields("-layout "+layout)...)
			a.pastes(d, layout)
		}
		a.do("xdotool", "key", "Caps_Lock", "key", "Num_Lock")
		a.pastes(d, "with locks")
	})
}

// TestPasteNotTaken pastes into a window that does not take text, while a clipboard
// manager reads everything.
func TestPasteNotTaken(t *testing.T) {
	a := startX(t)
	a.start("target", "/dev/null", "xterm", "-name", "other", "-class", "Other", "-T", "target", "-e", "sleep 200")
	a.copy("clipboard", "UTF8_STRING", "before")
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan bool)
	go func() {
		saw := false
		for ctx.Err() == nil {
			out, _ := a.command("xclip", "-o", "-selection", "clipboard").Output()
			saw = saw || string(out) == "text"
		}
		seen <- saw
	}()
	d := a.open()
	start := time.Now()
	r, err := d.Paste(t.Context(), "text")
	took := time.Since(start)
	cancel()
	if !<-seen {
		t.Error("the clipboard manager did not get the text, as this test requires")
	}
	if !errors.Is(err, x11.ErrNotTaken) || r.Taken || !r.Restored {
		t.Errorf("Paste = %+v, %v, want ErrNotTaken and Restored", r, err)
	}
	if took > 3*time.Second {
		t.Errorf("took %v", took)
	}
	if got := a.paste("clipboard", "UTF8_STRING"); got != "before" {
		t.Errorf("the clipboard has %q afterwards", got)
	}
}

func TestServe(t *testing.T) {
	a := startX(t).gtk("target")
	d := a.open()
	if err := d.Serve(t.Context()); err != nil {
		t.Errorf("with nothing to serve: %v", err)
	}
	a.copy("clipboard", "UTF8_STRING", "before")
	a.pastes(d, "text")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := d.Serve(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	ended := make(chan error)
	go func() { ended <- d.Serve(t.Context()) }()
	a.copy("clipboard", "UTF8_STRING", "after")
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("Serve continues although another program has the clipboard")
	}
}
