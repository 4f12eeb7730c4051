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

// openExec is the user's own command, once for each text. The text goes to its
// standard input, never into the command.
func openExec(s Session) (Target, error) {
	if s.Command == "" {
		return nil, errors.New("no command is named: use --exec COMMAND")
	}
	shell, err := s.LookPath("sh")
	if err != nil {
		return nil, err
	}
	return &runner{tool: tool{name: "exec", args: []string{"-c", s.Command}}, path: shell}, nil
}

// osc52 fills the clipboard by the terminal's own sequence, OSC 52 of xterm's
// ctlseqs, which goes through ssh. Whether the terminal heeds it cannot be told.
type osc52 struct{ tty *os.File }

// mostOSC52 is how many bytes of base64 terminals take at least.
const mostOSC52 = 74994

func openOSC52(s Session) (Target, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil || !term.IsTerminal(int(tty.Fd())) {
		return nil, errors.New("there is no terminal")
	}
	return osc52{tty}, nil
}

func (t osc52) Deliver(_ context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	code := base64.StdEncoding.EncodeToString([]byte(text))
	if len(code) > mostOSC52 {
		return Receipt{}, fmt.Errorf("%w: terminals take %d bytes", ErrTooLong, mostOSC52*3/4)
	}
	_, err := fmt.Fprintf(t.tty, "\x1b]52;c;%s\x07", code)
	return Receipt{}, err
}

func (t osc52) Close() error { return t.tty.Close() }
