package paste_test

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/paste"
)

func TestOpen(t *testing.T) {
	// Desktops that do not exist, whatever else runs on the machine.
	const wayland, x11 = "WAYLAND_DISPLAY=wayland-none", "DISPLAY=:4711"
	tests := []struct {
		method string
		env    []string
		tools  string   // the installed ones
		want   string   // the name of the method, or
		err    []string // parts of the error
	}{
		{method: "auto", env: []string{wayland, x11}, tools: "wtype xdotool wl-copy xclip xsel", want: "wtype"},
		{method: "auto", env: []string{x11}, tools: "wtype xdotool wl-copy xclip xsel", want: "xdotool"},
		{method: "auto", env: []string{wayland}, tools: "xdotool wl-copy xclip", want: "wl-copy"},
		{method: "auto", env: []string{x11}, tools: "xclip xsel", want: "xclip"},
		{method: "auto", env: []string{x11}, tools: "xsel", want: "xsel"},
		{method: "auto", tools: "pbcopy", want: "pbcopy"},
		{method: "auto", tools: "xdotool xclip", err: []string{"no way to paste", "desktop session", "stdout"}},
		{method: "auto", env: []string{wayland, x11}, err: []string{"no way to paste"}},
		{method: "stdout", want: "stdout"},
		{method: "xclip", env: []string{x11}, tools: "xdotool xclip", want: "xclip"},
		{method: "xclip", env: []string{wayland}, tools: "xclip", err: []string{"xclip", "DISPLAY is not set"}},
		{method: "wl-copy", env: []string{wayland}, err: []string{"wl-copy was not found", "package wl-clipboard"}},
		{method: "pbcopy", err: []string{"pbcopy", "macOS"}},
		{method: "", err: []string{"unknown", "auto, wayland, wayland-paste, x11, x11-paste, macos-paste, tmux, screen, wtype, xdotool, ydotool, dotool, wl-copy, xclip, xsel, pbcopy, osc52, exec, stdout"}},
		{method: "telepathy", err: []string{`unknown paste method "telepathy"`, "auto, wayland"}},
	}
	for _, test := range tests {
		name := test.method + " with " + strings.Join(test.env, " ") + " and " + test.tools
		env := func(name string) string {
			for _, e := range test.env {
				if value, ok := strings.CutPrefix(e, name+"="); ok {
					return value
				}
			}
			return ""
		}
		look := func(tool string) (string, error) {
			if slices.Contains(strings.Fields(test.tools), tool) {
				return "/bin/" + tool, nil
			}
			return "", &exec.Error{Name: tool, Err: exec.ErrNotFound}
		}
		c, err := paste.Open(paste.Session{Getenv: env, LookPath: look}, test.method)
		switch {
		case test.want != "" && (err != nil || first(c) != test.want):
			t.Errorf("%s: Open = %v, want %s", name, err, test.want)
		case test.want == "" && err == nil:
			t.Errorf("%s: Open = %s, want an error", name, first(c))
		}
		for _, part := range test.err {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not contain %q", name, err, part)
			}
		}
		if none := test.method == "auto" && test.want == ""; errors.Is(err, paste.ErrNoTarget) != none {
			t.Errorf("%s: error %v is ErrNoTarget: %v, want %v", name, err, !none, none)
		}
	}
}

func first(c *paste.Chain) string {
	m, _ := c.First()
	return m.Name
}

func TestMethodsReplace(t *testing.T) {
	var got []string
	for _, m := range paste.Methods() {
		if m.Replaces {
			got = append(got, m.Name)
		}
	}
	if want := []string{"wl-copy", "xclip", "xsel", "pbcopy", "osc52"}; !slices.Equal(got, want) {
		t.Errorf("methods that replace are %v, want the clipboards %v", got, want)
	}
}
