package paste

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Method is a way to deliver text.
type Method struct {
	Name  string // as the user calls it
	About string // what it does, in a few words
	// Replaces means that each delivery replaces the previous one, as on a
	// clipboard: to add text, the caller must deliver everything again.
	// Otherwise each delivery continues the previous one.
	Replaces bool
	// Lines means that each delivery becomes a line of its own.
	Lines bool
	// ByNameOnly means that the method is used only when chosen by name, never
	// automatically.
	ByNameOnly bool
	// Untested means that the method was never tried on its own system.
	Untested bool

	// spare means that the automatic choice is to use the method only if no
	// other works: after a window has failed to take a text, filling the
	// clipboard does not count as delivery.
	spare bool

	// desktops are the environment variables of the desktops whose focused
	// window gets the text, as for Session.focused; nil for other methods.
	desktops []string

	open func(Session) (Target, error) // the error names what is missing here
}

// Methods returns all methods in the order of the automatic choice: those that
// reach the focused window, by typing and then by pasting, then terminal panes,
// then clipboards, from which the user must paste.
func Methods() []Method {
	return []Method{
		{Name: "wayland", About: "types into the focused Wayland window", desktops: onWayland, open: openWayland},
		{Name: "wayland-paste", About: "pastes into the focused Wayland window, then restores the clipboard",
			desktops: onWayland, open: openHolder("wayland", waylandDisplay)},
		{Name: "x11", About: "types into the focused X11 window", desktops: onX11, open: openX11},
		{Name: "x11-paste", About: "pastes into the focused X11 window, then restores the clipboard",
			desktops: onX11, open: openHolder("x11", x11Display)},
		{Name: "macos-paste", About: "pastes into the focused macOS window", Untested: true, open: openMac},
		{Name: "tmux", About: "pastes into the active pane of tmux", open: openTmux},
		{Name: "screen", About: "pastes into the active window of GNU screen", open: openScreen},
		wtype.method(), xdotool.method(), ydotool.method(), dotool.method(),
		wlCopy.method(), xclip.method(), xsel.method(), pbcopy.method(),
		{Name: "osc52", About: "asks the terminal to fill the clipboard, also over ssh",
			Replaces: true, ByNameOnly: true, open: openOSC52},
		{Name: "exec", About: "passes the text to the --exec command", ByNameOnly: true, Lines: true, open: openExec},
		{Name: "stdout", About: "writes each text as a line to standard output",
			ByNameOnly: true, Lines: true, open: openStdout},
	}
}

// Way is an open method.
type Way struct {
	Method
	Target Target
}

// Open returns the named methods that work here, in this order. "auto" stands for
// all methods but those that must be chosen by name, with clipboards only as a
// last resort: a text on the clipboard has not reached the window that the user
// is typing in.
//
// If none works, the error is ErrNoTarget, or for a single method names what is
// missing and how to get it. An unknown name is an ErrUnknownMethod, which lists
// the valid names.
func Open(s Session, names ...string) (*Chain, error) {
	wanted, err := find(names)
	if err != nil {
		return nil, err
	}
	c := &Chain{session: s}
	var openErr error
	for _, m := range wanted {
		// Methods after the first that works are opened when needed.
		if len(c.ways) > 0 {
			c.rest = append(c.rest, m)
			continue
		}
		target, err := m.open(s)
		if err != nil {
			openErr = fmt.Errorf("paste with %s: %w", m.Name, err)
			continue
		}
		c.ways = append(c.ways, Way{m, target})
	}
	switch {
	case len(c.ways) > 0:
		return c, nil
	case len(wanted) == 1:
		return nil, openErr
	}
	return nil, fmt.Errorf("%w: run it in the desktop session, in tmux or screen, or choose the method stdout; "+
		"see what each method needs with: vf-paste methods", ErrNoTarget)
}

// find returns the methods with these names.
func find(names []string) ([]Method, error) {
	all := Methods()
	var wanted []Method
	for _, name := range names {
		found := false
		for _, m := range all {
			if name == m.Name || name == "auto" && !m.ByNameOnly {
				m.spare = name == "auto" && m.Replaces
				wanted, found = append(wanted, m), true
			}
		}
		if !found {
			valid := []string{"auto"}
			for _, m := range all {
				valid = append(valid, m.Name)
			}
			return nil, fmt.Errorf("%w %.60q: want one of %s", ErrUnknownMethod, name, strings.Join(valid, ", "))
		}
	}
	if len(wanted) == 0 {
		return nil, errors.New("no paste method given")
	}
	return slices.CompactFunc(wanted, func(a, b Method) bool { return a.Name == b.Name }), nil
}

// Check returns the reason why a method does not work here, or nil if it does.
func (m Method) Check(s Session) error {
	target, err := m.open(s)
	if err != nil {
		return err
	}
	return target.Close()
}

// need returns the value of an environment variable that names a display, or an
// error if it is not set.
func (s Session) need(name string) (string, error) {
	value := s.Getenv(name)
	if value == "" {
		return "", fmt.Errorf("%s is not set: run it in the desktop session", name)
	}
	return value, nil
}
