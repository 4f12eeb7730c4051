package paste

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"voiceflow/pkg/paste/wayland"
	"voiceflow/pkg/paste/x11"
)

// typist types on a desktop: an *x11.Display or *wayland.Display.
type typist interface {
	Type(ctx context.Context, text string) error
	Close()
}

// keyboard types into the focused window.
type keyboard struct {
	display typist
	// hasFocus reports whether a window has the focus, or returns an error if
	// that is not known; nil if the display checks on its own.
	hasFocus func(context.Context) (bool, error)
}

func openX11(s Session) (Target, error) {
	display, err := s.need("DISPLAY")
	if err != nil {
		return nil, err
	}
	d, err := x11.Open(display)
	if err != nil {
		return nil, err
	}
	return &keyboard{display: d}, nil
}

func openWayland(s Session) (Target, error) {
	display, err := s.need("WAYLAND_DISPLAY")
	if err != nil {
		return nil, err
	}
	d, err := wayland.Open(display)
	if err != nil {
		return nil, err
	}
	return &keyboard{display: d, hasFocus: d.HasFocus}, nil
}

// maxTyped is the longest text to type, in characters; it takes 8 to 20 seconds.
// Longer texts are better pasted.
const maxTyped = 10_000

func (k *keyboard) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	if n := utf8.RuneCountInString(text); n > maxTyped {
		return Receipt{}, fmt.Errorf("%w: %d characters", ErrTooLong, n)
	}
	if err := k.needFocus(ctx); err != nil {
		return Receipt{}, err
	}
	if err := k.display.Type(ctx, text); err != nil {
		return Receipt{}, err
	}
	return Receipt{}, k.needFocus(ctx) // the window may have closed meanwhile
}

// needFocus returns ErrNoFocus if it is certain that no window has the focus.
func (k *keyboard) needFocus(ctx context.Context) error {
	if k.hasFocus == nil {
		return nil
	}
	if has, err := k.hasFocus(ctx); err == nil && !has {
		return ErrNoFocus
	}
	return nil
}

// Erase presses Backspace.
func (k *keyboard) Erase(ctx context.Context, characters int) error {
	return k.display.Type(ctx, strings.Repeat("\b", characters))
}

func (k *keyboard) Close() error {
	k.display.Close()
	return nil
}

// openMac opens the macOS clipboard with the keystroke that pastes it. The text
// goes to pbcopy's standard input, never into the script.
func openMac(s Session) (Target, error) {
	path, err := s.LookPath("osascript")
	if err != nil {
		return nil, errors.New("osascript was not found: it is part of macOS")
	}
	clipboard, err := pbcopy.open(s)
	if err != nil {
		return nil, err
	}
	script := `tell application "System Events" to keystroke "v" using command down`
	return &mac{clipboard, &runner{tool: tool{name: "osascript", args: []string{"-e", script}}, path: path}}, nil
}

type mac struct {
	clipboard Target
	stroke    *runner
}

func (m *mac) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	if _, err := m.clipboard.Deliver(ctx, text); err != nil {
		return Receipt{}, err
	}
	return Receipt{}, m.stroke.run(ctx, m.stroke.args, "", text)
}

func (m *mac) Close() error { return nil }
