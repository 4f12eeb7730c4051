// Package paste delivers text to where the user is typing, by running one of
// the tools that desktops have for it: typing it (wtype, xdotool), or putting
// it on the clipboard (wl-copy, xclip, xsel, pbcopy), or writing it to
// standard output.
//
// [Choose] finds the method, [Method.Deliver] does the work, and [Clean] makes
// the text harmless first. When to deliver what is up to the caller. It is for
// systems with processes in the manner of Unix.
package paste

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

var (
	// ErrNoTarget says that no method works here. Choose wraps it with a remedy.
	ErrNoTarget = errors.New("no way to paste text here")
	// ErrUnknownMethod says that there is no method of that name.
	ErrUnknownMethod = errors.New("unknown paste method")
)

// Method is one way to deliver text.
type Method struct {
	// Name is what the user calls it.
	Name string
	// Tool is the program to run and Args what it is run with; the text goes
	// to its standard input. Without a tool the text goes to Out.
	Tool string
	Args []string
	// Needs names an environment variable that must be set for the tool to
	// find the display, if any.
	Needs string
	// Install tells how to get the tool.
	Install string
	// Replaces tells that each delivery takes the place of the one before, as
	// on a clipboard: a caller with more to say must then deliver all of it
	// again. Otherwise each delivery follows on the one before.
	Replaces bool
	// Out is where a method without a tool writes, os.Stdout if nil.
	Out io.Writer

	locale string // for the tool: the C locale knows no letters beyond ASCII
	path   string // of the tool
	env    string // Needs with its value, NAME=value
}

// Methods returns all methods, in the order of the automatic choice: typing
// before clipboards, Wayland before X11, and stdout, which that never takes.
func Methods() []Method {
	return []Method{
		{Name: "wtype", Tool: "wtype", Args: []string{"-"},
			Needs: "WAYLAND_DISPLAY", Install: "install the package wtype", locale: "C.UTF-8"},
		{Name: "xdotool", Tool: "xdotool", Args: []string{"type", "--clearmodifiers", "--file", "-"},
			Needs: "DISPLAY", Install: "install the package xdotool", locale: "C.UTF-8"},
		// Without a type wl-copy guesses one, which can be that of a program.
		{Name: "wl-copy", Tool: "wl-copy", Args: []string{"--type", "text/plain"},
			Needs: "WAYLAND_DISPLAY", Install: "install the package wl-clipboard", Replaces: true},
		{Name: "xclip", Tool: "xclip", Args: []string{"-selection", "clipboard"},
			Needs: "DISPLAY", Install: "install the package xclip", Replaces: true},
		{Name: "xsel", Tool: "xsel", Args: []string{"--clipboard", "--input"},
			Needs: "DISPLAY", Install: "install the package xsel", Replaces: true},
		// In the C locale pbcopy takes its input for MacRoman.
		{Name: "pbcopy", Tool: "pbcopy", Install: "it is part of macOS", Replaces: true, locale: "en_US.UTF-8"},
		{Name: "stdout"},
	}
}

// Choose returns the method of that name, or for "auto" the first that has its
// tool and display here. It finds these with env and look, which are os.Getenv
// and exec.LookPath but in tests.
//
// The error for a named method says what it lacks and how to get it; that for
// an unknown name lists the names; and where auto finds nothing it is an
// ErrNoTarget.
func Choose(method string, env func(string) string, look func(string) (string, error)) (*Method, error) {
	names := []string{"auto"}
	for _, m := range Methods() {
		names = append(names, m.Name)
		if m.Name != method && (method != "auto" || m.Tool == "") {
			continue
		}
		err := m.find(env, look)
		if err == nil {
			return &m, nil
		}
		if method != "auto" {
			return nil, fmt.Errorf("paste with %s: %w", method, err)
		}
	}
	if !slices.Contains(names, method) {
		return nil, fmt.Errorf("%w %q: want one of %s", ErrUnknownMethod, method, strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("%w: on Wayland install wtype or wl-clipboard, on X11 xdotool or xclip, "+
		"and run in the desktop session, or choose the method stdout", ErrNoTarget)
}

// find looks for what m needs and keeps it.
func (m *Method) find(env func(string) string, look func(string) (string, error)) error {
	if m.Tool == "" {
		return nil
	}
	if m.Needs != "" {
		value := env(m.Needs)
		if value == "" {
			return fmt.Errorf("%s is not set: run it in the desktop session", m.Needs)
		}
		m.env = m.Needs + "=" + value
	}
	path, err := look(m.Tool)
	if err != nil {
		return fmt.Errorf("%s was not found: %s: %w", m.Tool, m.Install, err)
	}
	m.path = path
	return nil
}
