package paste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"voiceflow/pkg/paste/x11"
)

// A delivery may take baseTime, and runeTime for each character that is typed.
// xdotool takes 7 to 13 ms for each: faster, programs miss some.
const (
	baseTime = 10 * time.Second
	runeTime = 30 * time.Millisecond
)

// ToolFile is the name, as for os.CreateTemp, of the file that takes what a tool
// has to say. It may repeat the text.
const ToolFile = "voiceflow-paste-*"

// maxMessage is how many characters of a tool's complaint go into an error.
const maxMessage = 200

// tool is a program that takes text on its standard input.
type tool struct {
	name     string                   // of the method and the program
	about    string                   // what it does
	args     []string                 // what it is run with
	needs    string                   // environment variable without which it finds no display
	install  string                   // how to get it
	replaces bool                     // see Method
	locale   string                   // for the tool: the C locale knows no letters beyond ASCII
	format   func(text string) string // what goes to its input; nil: the text
	types    []string                 // the variables of the desktops that it types on, as Session.focused takes them
}

// The tools that desktops have.
var (
	wtype = tool{name: "wtype", about: "types into the focused Wayland window", args: []string{"-"},
		needs: waylandDisplay, install: "install the package wtype", locale: "C.UTF-8", types: onWayland}
	xdotool = tool{name: "xdotool", about: "types into the focused X11 window", args: []string{"type", "--clearmodifiers", "--file", "-"},
		needs: x11Display, install: "install the package xdotool", locale: "C.UTF-8", types: onX11}
	ydotool = tool{name: "ydotool", about: "types by way of the kernel (US layout)", args: []string{"type", "--file", "-"},
		install: "install the package ydotool and start ydotoold", types: onAny}
	dotool = tool{name: "dotool", about: "types by way of the kernel", format: dotoolScript,
		install: "install dotool and join the group input", types: onAny}
	// Without a type wl-copy guesses one, which can be that of a program.
	wlCopy = tool{name: "wl-copy", about: "fills the Wayland clipboard", args: []string{"--type", "text/plain"},
		needs: "WAYLAND_DISPLAY", install: "install the package wl-clipboard", replaces: true}
	xclip = tool{name: "xclip", about: "fills the X11 clipboard", args: []string{"-selection", "clipboard"},
		needs: "DISPLAY", install: "install the package xclip", replaces: true}
	xsel = tool{name: "xsel", about: "fills the X11 clipboard", args: []string{"--clipboard", "--input"},
		needs: "DISPLAY", install: "install the package xsel", replaces: true}
	// In the C locale pbcopy takes its input for MacRoman.
	pbcopy = tool{name: "pbcopy", about: "fills the clipboard of macOS", install: "it is part of macOS", replaces: true, locale: "en_US.UTF-8"}
)

// dotoolScript is a command of dotool's language, which goes to the line's end.
func dotoolScript(text string) string { return "type " + text + "\n" }

func (t tool) method() Method {
	return Method{Name: t.name, About: t.about, Replaces: t.replaces, desktops: t.types, open: t.open}
}

func (t tool) open(s Session) (Target, error) {
	r := &runner{tool: t, session: s}
	if t.needs != "" {
		value, err := s.need(t.needs)
		if err != nil {
			return nil, err
		}
		r.env = append(r.env, t.needs+"="+value)
	}
	if t.locale != "" {
		r.env = append(r.env, "LC_ALL="+t.locale)
	}
	var err error
	if r.path, err = s.LookPath(t.name); err != nil {
		return nil, fmt.Errorf("%s was not found: %s", t.name, t.install)
	}
	return r, nil
}

// runner is a tool that is there.
//
// The tool gets the text on its standard input alone, never as an argument and
// never by way of a shell. It is killed when it has not finished after 10
// seconds, with 30 ms more for each character if it types, or when the context
// is done; the error then wraps context.DeadlineExceeded or that of the context.
// The error for a tool that fails has the first line of what it said, and never
// the text.
//
// A clipboard tool may leave a process behind that serves the clipboard, which
// outlives the caller and its terminal. With xclip the text can be there some
// milliseconds after Deliver returns.
type runner struct {
	tool
	path    string
	env     []string // beside our environment
	session Session
}

// Deliver runs the tool.
func (r *runner) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	input := text
	if r.format != nil {
		input = r.format(text)
	}
	if len(r.types) == 0 {
		return Receipt{}, r.run(ctx, r.args, input, text)
	}
	return Receipt{}, r.typeInto(ctx, input, text)
}

// typeInto runs a tool that types, and which cannot know whether anybody gets
// the keys: where the desktop tells that no window had the focus, or that it
// changed meanwhile, the text is not delivered.
func (r *runner) typeInto(ctx context.Context, input, text string) error {
	before, err := r.session.focused(ctx, r.types...)
	if err != nil {
		return err
	}
	if err := r.run(ctx, r.args, input, text); err != nil {
		return err
	}
	after, err := r.session.focused(ctx, r.types...)
	if err != nil || before == "" || after == before {
		return err
	}
	return x11.ErrFocusLost
}

// Close does nothing: each delivery is a process of its own.
func (r *runner) Close() error { return nil }

// run runs the tool with an input; its complaints may not have the text.
func (r *runner) run(ctx context.Context, args []string, input, text string) error {
	limit := baseTime
	if !r.replaces {
		limit += time.Duration(utf8.RuneCountInString(text)) * runeTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	// xclip and wl-copy go on in the background with standard error open. On a
	// pipe they would have us wait for them, or die of it once we are gone.
	said, err := os.CreateTemp("", ToolFile)
	if err != nil {
		return fmt.Errorf("create a file for what the tool says: %w", err)
	}
	defer said.Close()
	if err := os.Remove(said.Name()); err != nil {
		return fmt.Errorf("remove the name of the file for what the tool says: %w", err)
	}

	cmd := exec.CommandContext(ctx, r.path, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Stderr = said
	cmd.Env = append(os.Environ(), r.env...)
	// In a session of its own: the process that serves the clipboard is not
	// to end with Ctrl-C on us or with the terminal. It also makes a process
	// group, so that what the tool started can be killed with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	// After the tool's end, wait this long for its children to read the rest.
	cmd.WaitDelay = time.Second

	err = cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("it had not finished and was killed: %w", ctx.Err())
	case errors.Is(err, exec.ErrWaitDelay):
		return errors.New("it ended without reading the text")
	}
	if message := firstLine(said, text); message != "" {
		return fmt.Errorf("%w: %s", err, message)
	}
	return err
}

// firstLine returns the beginning of what a tool said, fit for an error. If the
// tool repeats the text, which is not for logs, it says so instead.
func firstLine(said *os.File, text string) string {
	buf := make([]byte, 64<<10)
	// The end of the file is no error here, and another leaves the line empty.
	n, _ := said.ReadAt(buf, 0)
	line, _, _ := bytes.Cut(bytes.TrimSpace(buf[:n]), []byte("\n"))
	message := strings.TrimSpace(Clean(string(line)))
	text = strings.TrimSpace(text)
	if message != "" && (strings.Contains(message, text) || strings.Contains(text, message)) {
		return "its message is withheld, it repeats the text"
	}
	if runes := []rune(message); len(runes) > maxMessage {
		return string(runes[:maxMessage])
	}
	return message
}
