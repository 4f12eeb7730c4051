package paste_test

import (
	"errors"
	"testing"

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

func (p partly) Typed() int { return p.n }

func TestTyped(t *testing.T) {
	for err, want := range map[error]int{errors.New("failed"): 0, partly{7}: 7, errors.Join(errors.New("a"), partly{3}): 3} {
		if got := paste.Typed(err); got != want {
			t.Errorf("Typed(%v) = %d, want %d", err, got, want)
		}
	}
}
