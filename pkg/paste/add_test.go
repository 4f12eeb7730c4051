package paste_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste"
)

func TestSamePlace(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"x11 :0 0x1 of 2", "x11 :0 0x1 of 2", true},
		{"x11 :0 0x1 of 2", "x11 :0 0x3 of 2", false},
		{"desktop", "desktop", true},
		{"desktop", "x11 :0 0x1 of 2", true}, // it is not known which window it was
		{"x11 :0 0x1 of 2", "desktop", true},
		{"", "", false},
		{"", "desktop", false},
	} {
		if got := paste.SamePlace(tt.a, tt.b); got != tt.want {
			t.Errorf("SamePlace(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

// TestPlaceUnknown: without a server to ask, any window may have the focus.
func TestPlaceUnknown(t *testing.T) {
	var x11 paste.Method
	for _, m := range paste.Methods() {
		if m.Name == "x11" {
			x11 = m
		}
	}
	env := map[string]string{}
	s := paste.Session{Getenv: func(name string) string { return env[name] }}
	env["DISPLAY"] = ":4711" // no server
	if got := s.Place(t.Context(), x11); !paste.SamePlace(got, "any window") {
		t.Errorf("without a server, the place is %q", got)
	}
	if got := s.Place(t.Context(), paste.Method{Name: "xclip"}); got != "" {
		t.Errorf("the place of the clipboard is %q", got)
	}
}

type partly struct{ n int }

func (partly) Error() string { return "failed" }
func (p partly) Typed() int  { return p.n }

func TestTyped(t *testing.T) {
	for err, want := range map[error]int{errors.New("failed"): 0, partly{7}: 7, errors.Join(errors.New("a"), partly{3}): 3} {
		if got := paste.Typed(err); got != want {
			t.Errorf("Typed(%v) = %d, want %d", err, got, want)
		}
	}
}

// TestAdd: a method that fails stays in use, and no other gets the text.
func TestAdd(t *testing.T) {
	c, dir := fakeXclip(t, `if [ -e "$DIR/fail" ]; then exit 3; fi; cat >>"$DIR/got"`)
	if c.CanErase() {
		t.Error("xclip can erase")
	}
	if err := c.Add(t.Context(), "one\r\n"); err != nil {
		t.Fatal(err)
	}
	fail := filepath.Join(dir, "fail")
	if err := os.WriteFile(fail, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(t.Context(), "two"); err == nil || !strings.Contains(err.Error(), "xclip") {
		t.Errorf("error %v", err)
	}
	if err := os.Remove(fail); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(t.Context(), "three"); err != nil || c.Failed() {
		t.Error(err)
	}
	if got := readFile(t, dir, "got"); got != "one three" {
		t.Errorf("got %q", got)
	}
}

// TestReleasesKeys: keys that a program has left pressed when it was killed are released.
func TestReleasesKeys(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ydotool")
	script := "#!/bin/sh\nif [ $1 = type ]; then : >'" + dir + "/typing'; exec sleep 60; fi\necho \"$*\" >'" + dir + "/released'\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := paste.Session{Getenv: func(string) string { return "" }, LookPath: func(string) (string, error) { return path, nil }}
	c, err := paste.Open(s, "ydotool")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if err := await.Poll(ctx, await.Patience, func() error { _, err := os.Stat(dir + "/typing"); return err }); err != nil {
			t.Error(err)
		}
	}()
	if err := deliver(ctx, c, "text"); !errors.Is(err, context.Canceled) || c.Failed() {
		t.Errorf("error %v", err)
	}
	got := readFile(t, dir, "released")
	for _, key := range []string{"key ", " 30:0 ", " 42:0 ", " 54:0 ", " 57:0"} { // a, both Shift keys, space
		if !strings.Contains(got, key) {
			t.Errorf("released %q, want %q in it", got, key)
		}
	}
}

// TestKeepPrivate: text is not kept where others could remove it.
func TestKeepPrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "undelivered")
	path, err := paste.Keep(folder, "text")
	if err != nil || readFile(t, path) != "text\n" {
		t.Fatalf("%q, %v", path, err)
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if path, err := paste.Keep(folder, "text"); err == nil || !strings.Contains(err.Error(), "other users") {
		t.Errorf("%q, %v", path, err)
	}
}
