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
	// Replaces tells that each delivery takes the place of the one before, as
	// on a clipboard: a caller with more to say must then deliver all of it
	// again. Otherwise each delivery follows on the one before.
	Replaces bool
	// Lines tells that each delivery becomes a line of its own.
	Lines bool
	// Asked tells that the automatic choice leaves it out.
	Asked bool
	// Untested tells that it was never tried on the system that it is for.
	Untested bool

	// spare tells that the automatic choice has it for where nothing else works:
	// once a window was to get a text, the clipboard does not count as delivery.
	spare bool

	// desktops are the variables of the desktops whose focused window gets the
	// text, as Session.focused takes them; nil: it is none of those methods.
	desktops []string

	open func(Session) (Target, error) // the error says what it lacks here
}

// Methods returns all methods, in the order of the automatic choice: first what
// reaches the focused window, by typing and then by pasting, then panes of
// terminals, then clipboards, from which the user must paste.
func Methods() []Method {
	return []Method{
		{Name: "wayland", About: "types into the focused Wayland window", desktops: onWayland, open: openWayland},
		{Name: "wayland-paste", About: "pastes into the focused Wayland window, and gives the clipboard back", desktops: onWayland, open: openHeld("wayland", "WAYLAND_DISPLAY")},
		{Name: "x11", About: "types into the focused X11 window", desktops: onX11, open: openX11},
		{Name: "x11-paste", About: "pastes into the focused X11 window, and gives the clipboard back", desktops: onX11, open: openHeld("x11", "DISPLAY")},
		{Name: "macos-paste", About: "pastes into the focused window of macOS", Untested: true, open: openMac},
		{Name: "tmux", About: "pastes into the active pane of tmux", open: openTmux},
		{Name: "screen", About: "pastes into the active window of GNU screen", open: openScreen},
		wtype.method(), xdotool.method(), ydotool.method(), dotool.method(),
		wlCopy.method(), xclip.method(), xsel.method(), pbcopy.method(),
		{Name: "osc52", About: "asks the terminal to fill the clipboard, also over ssh", Replaces: true, Asked: true, open: openOSC52},
		{Name: "exec", About: "hands the text to the command of --exec", Asked: true, Lines: true, open: openExec},
		{Name: "stdout", About: "writes each text as a line to standard output", Asked: true, Lines: true, open: openStdout},
	}
}

// Way is a method that works here, opened.
type Way struct {
	Method
	Target Target
}

// Open returns the methods of these names that work here, in this order; "auto"
// stands for all but those that must be asked for, and for clipboards only where
// nothing else works: where a method has failed, what is on the clipboard has not
// got to where the user is typing.
//
// Where none works, the error for a single name says what it lacks and how to
// get it, and otherwise it is an ErrNoTarget. An unknown name is an
// ErrUnknownMethod, which lists the names.
func Open(s Session, names ...string) (*Chain, error) {
	wanted, err := find(names)
	if err != nil {
		return nil, err
	}
	c := &Chain{session: s}
	var lacks error
	for _, m := range wanted {
		// What is behind the first is opened when it is needed.
		if len(c.ways) > 0 {
			c.rest = append(c.rest, m)
			continue
		}
		target, err := m.open(s)
		if err != nil {
			lacks = fmt.Errorf("paste with %s: %w", m.Name, err)
			continue
		}
		c.ways = append(c.ways, Way{m, target})
	}
	switch {
	case len(c.ways) > 0:
		return c, nil
	case len(wanted) == 1:
		return nil, lacks
	}
	return nil, fmt.Errorf("%w: run it in the desktop session, in tmux or screen, or choose the method stdout; vf-paste methods tells what each lacks", ErrNoTarget)
}

// find returns the methods of names.
func find(names []string) ([]Method, error) {
	all := Methods()
	var wanted []Method
	for _, name := range names {
		found := false
		for _, m := range all {
			if name == m.Name || name == "auto" && !m.Asked {
				m.spare = name == "auto" && m.Replaces
				wanted, found = append(wanted, m), true
			}
		}
		if !found {
			known := []string{"auto"}
			for _, m := range all {
				known = append(known, m.Name)
			}
			return nil, fmt.Errorf("%w %q: want one of %s", ErrUnknownMethod, name, strings.Join(known, ", "))
		}
	}
	if len(wanted) == 0 {
		return nil, errors.New("no paste method is named")
	}
	return slices.CompactFunc(wanted, func(a, b Method) bool { return a.Name == b.Name }), nil
}

// Check tells why a method does not work here; nil: it does.
func (m Method) Check(s Session) error {
	target, err := m.open(s)
	if err != nil {
		return err
	}
	return target.Close()
}

// need is the value of an environment variable without which there is no
// display.
func (s Session) need(name string) (string, error) {
	value := s.Getenv(name)
	if value == "" {
		return "", fmt.Errorf("%s is not set: run it in the desktop session", name)
	}
	return value, nil
}
