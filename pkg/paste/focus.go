package paste

import (
	"context"
	"errors"
	"slices"

	"voiceflow/pkg/paste/wayland"
	"voiceflow/pkg/paste/x11"
)

// The environment variables that name a desktop.
const (
	waylandDisplay = "WAYLAND_DISPLAY"
	x11Display     = "DISPLAY"
)

// The desktops that methods type on; see Session.focused.
var (
	onWayland = []string{waylandDisplay}
	onX11     = []string{x11Display}
	onAny     = []string{waylandDisplay, x11Display}
)

// ErrNoFocus means that no window has the keyboard focus, so that typed text
// would be lost.
var ErrNoFocus = errors.New("no window has the keyboard focus: click the window that should get the text")

// focused names the focused window on the first of these desktops that the
// session has. The name is empty if the window is not known. The only error is
// ErrNoFocus: any other problem shows up when the text is delivered.
func (s Session) focused(ctx context.Context, desktops ...string) (string, error) {
	for _, variable := range desktops {
		display := s.Getenv(variable)
		switch {
		case display == "":
		case variable == waylandDisplay:
			return s.focusedWayland(ctx, display)
		default:
			return focusedX11(ctx, display)
		}
	}
	return "", nil
}

func (s Session) focusedWayland(ctx context.Context, display string) (string, error) {
	d, err := wayland.Open(display)
	if err != nil {
		return "", nil
	}
	defer d.Close()
	has, err := d.HasFocus(ctx)
	switch {
	case err != nil:
		return "", nil
	case !has:
		return "", ErrNoFocus
	}
	app, err := d.Focused(ctx)
	if err != nil {
		return "", nil
	}
	return "wayland " + s.Getenv("XDG_RUNTIME_DIR") + " " + display + " " + app, nil
}

func focusedX11(ctx context.Context, display string) (string, error) {
	d, err := x11.Open(display)
	if err != nil {
		return "", nil
	}
	defer d.Close()
	window, err := d.Focused(ctx)
	switch {
	case errors.Is(err, x11.ErrNoFocus):
		return "", ErrNoFocus
	case err != nil:
		return "", nil
	}
	return "x11 " + display + " " + window, nil
}

// someWindow is the place of a text that goes to a window which is not known.
const someWindow = "desktop"

// SamePlace reports whether a and b may be the same place; see Session.Place. A window
// that is not known may be any window.
func SamePlace(a, b string) bool {
	return a != "" && b != "" && (a == b || a == someWindow || b == someWindow)
}

// Place identifies where a method's next text goes: the focused window or a
// terminal pane. A text that goes to the same place as the previous one continues
// it; see SamePlace. Place is empty if texts do not continue each other, as on a
// clipboard, or if no window has the focus.
func (s Session) Place(ctx context.Context, m Method) string {
	switch m.Name {
	case "tmux":
		return "tmux " + s.Getenv("TMUX") + " " + s.Getenv("TMUX_PANE")
	case "screen":
		return "screen " + s.Getenv("STY") + " " + s.Getenv("WINDOW")
	case "macos-paste":
		return m.Name
	}
	if m.desktops == nil {
		return ""
	}
	window, err := s.focused(ctx, m.desktops...)
	switch {
	case err != nil && s.Getenv(waylandDisplay) != "" && !slices.Contains(m.desktops, waylandDisplay):
		return someWindow // a Wayland window has the focus, and another method will type there
	case err != nil:
		return ""
	case window == "":
		return someWindow
	}
	return window
}
