package paste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// A delivery may take baseTime, and runeTime for each character that is typed.
// xdotool takes 7 to 13 ms for each: faster, programs miss some.
const (
	baseTime = 10 * time.Second
	runeTime = 30 * time.Millisecond
)

// maxMessage is how many characters of a tool's complaint go into an error.
const maxMessage = 200

// Deliver cleans text (see Clean) and hands it to the method, which must come
// from Choose. Empty text is no delivery: the clipboard stays as it is. The
// stdout method writes the text as a line.
//
// A tool gets the text on its standard input alone, never as an argument and
// never by way of a shell. It is killed when it has not finished after 10
// seconds, with 30 ms more for each character if it types, or when ctx is done;
// the error then wraps context.DeadlineExceeded or that of ctx. The error for a
// tool that fails has the first line of what it said, and never the text.
//
// A clipboard tool may leave a process behind that serves the clipboard, which
// outlives the caller and its terminal. With xclip the text can be there some
// milliseconds after Deliver returns.
func (m *Method) Deliver(ctx context.Context, text string) error {
	text = Clean(text)
	if text == "" {
		return nil
	}
	var err error
	if m.Tool == "" {
		err = m.write(text)
	} else {
		err = m.runTool(ctx, text)
	}
	if err != nil {
		return fmt.Errorf("paste with %s: %w", m.Name, err)
	}
	return nil
}

func (m *Method) write(text string) error {
	var out io.Writer = os.Stdout
	if m.Out != nil {
		out = m.Out
	}
	_, err := io.WriteString(out, text+"\n")
	return err
}

func (m *Method) runTool(ctx context.Context, text string) error {
	limit := baseTime
	if !m.Replaces {
		limit += time.Duration(utf8.RuneCountInString(text)) * runeTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	// xclip and wl-copy go on in the background with standard error open. On a
	// pipe they would have us wait for them, or die of it once we are gone.
	said, err := os.CreateTemp("", "voiceflow-paste-")
	if err != nil {
		return fmt.Errorf("create a file for what the tool says: %w", err)
	}
	defer said.Close()
	if err := os.Remove(said.Name()); err != nil {
		return fmt.Errorf("remove the name of the file for what the tool says: %w", err)
	}

	cmd := exec.CommandContext(ctx, m.path, m.Args...)
	cmd.Stdin = strings.NewReader(text)
	cmd.Stderr = said
	cmd.Env = m.environ()
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

// environ is our environment with what the tool needs.
func (m *Method) environ() []string {
	env := os.Environ()
	if m.env != "" {
		env = append(env, m.env)
	}
	if m.locale != "" {
		env = append(env, "LC_ALL="+m.locale)
	}
	return env
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
