package paste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"

	"voiceflow/pkg/paste/x11"
)

// A delivery may take baseTime, plus runeTime per character typed. xdotool takes
// 7 to 13 ms per character: any faster, and programs miss some.
const (
	baseTime = 10 * time.Second
	runeTime = 30 * time.Millisecond
)

// ToolFile is the os.CreateTemp pattern for the file that receives a tool's
// standard error. A tool may repeat the text there.
const ToolFile = "voiceflow-paste-*"

// maxMessage is how many characters of a tool's message go into an error.
const maxMessage = 200

// tool is a program that takes text on its standard input.
type tool struct {
	name     string                   // of the method and the program
	about    string                   // see Method
	args     []string                 // command line arguments
	needs    string                   // environment variable that names its display
	install  string                   // how to get it
	replaces bool                     // see Method
	locale   string                   // locale to run it in: the C locale is limited to ASCII
	release  []string                 // arguments that release all keys
	format   func(text string) string // makes the tool's input from a text; nil for the text itself
	types    []string                 // variables of the desktops it types on, as for Session.focused
}

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

// runner is an installed tool.
//
// The tool gets the text on its standard input only, never as an argument and
// never through a shell. It is killed when it has not finished after 10 seconds,
// plus 30 ms per character if it types, or when the context is done; the error
// then wraps context.DeadlineExceeded or the context's own error. The error of a
// tool that fails includes the first line of the tool's message, never the text.
//
// A clipboard tool may leave a process behind that serves the clipboard, which
// outlives the caller and its terminal. With xclip, the text may not be on the
// clipboard until some milliseconds after Deliver returns.
type runner struct {
	tool
	path    string
	env     []string // in addition to our environment
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

// typeInto runs a tool that types. Such tools cannot report whether a window got
// the keys, so typeInto fails if no window had the focus or the focus changed
// meanwhile, on desktops that report it.
func (r *runner) typeInto(ctx context.Context, input, text string) error {
	before, err := r.session.focused(ctx, r.types...)
	if err != nil {
		return err
	}
	if err := r.run(ctx, r.args, input, text); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			r.letGo(ctx)
		}
		return err
	}
	after, err := r.session.focused(ctx, r.types...)
	if err != nil || before == "" || after == before {
		return err
	}
	return x11.ErrFocusLost
}

// letGo releases the keys that a tool has pressed, after it was killed: on X11 they
// would repeat, and with ydotool its daemon keeps them pressed.
func (r *runner) letGo(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), baseTime/5)
	defer cancel()
	if r.release != nil {
		_ = r.run(ctx, r.release, "", "") // there is nothing else to try
	}
	if r.needs != x11Display {
		return
	}
	if d, err := x11.Open(r.session.Getenv(x11Display)); err == nil {
		defer d.Close()
		_ = d.ReleaseKeys(ctx)
	}
}

// Close does nothing: each delivery is a process of its own.
func (r *runner) Close() error { return nil }

// run runs the tool with an input. The error never contains the text.
func (r *runner) run(ctx context.Context, args []string, input, text string) error {
	limit := baseTime
	if !r.replaces {
		limit += time.Duration(utf8.RuneCountInString(text)) * runeTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	// xclip and wl-copy stay in the background with standard error open. With a
	// pipe we would wait for them, or a write would kill them once we are gone.
	stderr, err := os.CreateTemp("", ToolFile)
	if err != nil {
		return fmt.Errorf("create a file for the tool's messages: %w", err)
	}
	defer stderr.Close()
	if err := os.Remove(stderr.Name()); err != nil {
		return fmt.Errorf("remove the file for the tool's messages: %w", err)
	}

	cmd := exec.CommandContext(ctx, r.path, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Stderr = stderr
	cmd.Env = append(os.Environ(), r.env...)
	// In a session of its own, the process that serves the clipboard survives
	// Ctrl-C and the end of the terminal. The session is also a process group,
	// so that the tool's children can be killed with it.
	cmd.SysProcAttr = ownSession()
	cmd.Cancel = func() error { return killSession(cmd.Process) }
	// How long its children may take to read the rest once the tool has ended.
	cmd.WaitDelay = time.Second

	err = cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the tool did not finish in time and was killed: %w", ctx.Err())
	case errors.Is(err, exec.ErrWaitDelay):
		return errors.New("the tool ended without reading the text")
	}
	if message := firstLine(stderr, text); message != "" {
		return fmt.Errorf("%w: %s", err, message)
	}
	return err
}

// firstLine returns the first line of a tool's standard error, cut to fit an
// error. If the tool repeats the text, which must not be logged, firstLine
// returns a note instead.
func firstLine(stderr *os.File, text string) string {
	buf := make([]byte, 64<<10)
	// The end of the file is expected; any other error leaves the line empty.
	n, _ := stderr.ReadAt(buf, 0)
	line, _, _ := bytes.Cut(bytes.TrimSpace(buf[:n]), []byte("\n"))
	message := strings.TrimSpace(Clean(string(line)))
	text = strings.TrimSpace(text)
	if message != "" && (strings.Contains(message, text) || strings.Contains(text, message)) {
		return "its message is withheld because it repeats the text"
	}
	if runes := []rune(message); len(runes) > maxMessage {
		return string(runes[:maxMessage])
	}
	return message
}
