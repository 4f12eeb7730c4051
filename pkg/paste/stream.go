package paste

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// stdout writes each text as a line.
type stdout struct{ out io.Writer }

func openStdout(s Session) (Target, error) { return stdout{s.Stdout}, nil }

func (t stdout) Deliver(_ context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	_, err := io.WriteString(t.out, text+"\n")
	return Receipt{Verified: err == nil}, err
}

func (t stdout) Close() error { return nil }

// openExec opens the user's own command, which runs once per text. The text goes
// to its standard input, never into the command.
func openExec(s Session) (Target, error) {
	if s.Command == "" {
		return nil, errors.New("no command given: use --exec COMMAND")
	}
	shell, err := s.LookPath("sh")
	if err != nil {
		return nil, err
	}
	return &runner{tool: tool{name: "exec", args: []string{"-c", s.Command}}, path: shell}, nil
}

// osc52 fills the clipboard with a terminal escape sequence, OSC 52 of xterm's
// ctlseqs, which works through ssh. Terminals do not report whether they obey it.
type osc52 struct{ tty *os.File }

// maxOSC52 is how many bytes of base64 every terminal accepts.
const maxOSC52 = 74994

func openOSC52(s Session) (Target, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil || !term.IsTerminal(int(tty.Fd())) {
		return nil, errors.New("no controlling terminal: run it in a terminal")
	}
	return osc52{tty}, nil
}

func (t osc52) Deliver(_ context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	code := base64.StdEncoding.EncodeToString([]byte(text))
	if len(code) > maxOSC52 {
		return Receipt{}, fmt.Errorf("%w: terminals take %d bytes", ErrTooLong, maxOSC52*3/4)
	}
	_, err := fmt.Fprintf(t.tty, "\x1b]52;c;%s\x07", code)
	return Receipt{}, err
}

func (t osc52) Close() error { return t.tty.Close() }
