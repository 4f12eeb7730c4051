package paste

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"syscall"
	"time"

	"voiceflow/pkg/paste/wayland"
	"voiceflow/pkg/paste/x11"
)

// On X11 and Wayland, clipboard content lasts only as long as the program that
// offers it. We restore the clipboard after a paste, so a process must keep
// offering that content after the dictation ends. A separate process therefore
// does the pasting and stays in the background until another program takes the
// clipboard. A program that sets Session.Self needs a command "hold KIND" that
// calls Hold.

// holdText is a line to the process that pastes.
type holdText struct {
	Text string `json:"text"`
}

// holdReceipt is a line from the process that pastes.
type holdReceipt struct {
	Error    string `json:"error,omitempty"`
	Verified bool   `json:"verified,omitempty"`
}

// holder is the process that pastes.
type holder struct {
	cmd   *exec.Cmd
	texts io.WriteCloser
	lines *bufio.Reader
}

// openHolder returns a function that starts the process that pastes on a kind of
// desktop, whose display is named by the environment variable display.
func openHolder(kind, display string) func(Session) (Target, error) {
	return func(s Session) (Target, error) {
		if _, err := s.need(display); err != nil {
			return nil, err
		}
		if s.Self == "" {
			return nil, errors.New("this program has no command that keeps the clipboard")
		}
		h := &holder{cmd: exec.Command(s.Self, "hold", kind)}
		// In a session of its own, it outlives our terminal.
		h.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		var err error
		if h.texts, err = h.cmd.StdinPipe(); err != nil {
			return nil, err
		}
		out, err := h.cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		h.lines = bufio.NewReader(out)
		if err := h.cmd.Start(); err != nil {
			return nil, err
		}
		// Its first line reports whether it works here.
		if _, err := h.receipt(context.Background(), baseTime); err != nil {
			return nil, errors.Join(err, h.Close())
		}
		return h, nil
	}
}

// Deliver lets the process paste.
func (h *holder) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	line, err := json.Marshal(holdText{text})
	if err != nil {
		return Receipt{}, err
	}
	if _, err := h.texts.Write(append(line, '\n')); err != nil {
		return Receipt{}, fmt.Errorf("the paste process has ended: %w", err)
	}
	return h.receipt(ctx, 4*baseTime) // enough for two busy programs in turn
}

// receipt reads a line from the process, and kills it if none comes in time.
func (h *holder) receipt(ctx context.Context, limit time.Duration) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = h.cmd.Process.Kill() })
	defer stop()
	line, err := h.lines.ReadBytes('\n')
	switch {
	case ctx.Err() != nil:
		return Receipt{}, fmt.Errorf("the paste process did not answer and was killed: %w", ctx.Err())
	case err != nil:
		return Receipt{}, errors.New("the paste process has ended")
	}
	var r holdReceipt
	if err := json.Unmarshal(line, &r); err != nil {
		return Receipt{}, fmt.Errorf("read the answer of the paste process: %w", err)
	}
	if r.Error != "" {
		return Receipt{}, errors.New(r.Error)
	}
	return Receipt{Verified: r.Verified}, nil
}

// Close leaves the process in the background. It ends on its own when the
// clipboard no longer needs it.
func (h *holder) Close() error {
	err := h.texts.Close()
	if rerr := h.cmd.Process.Release(); err == nil {
		err = rerr
	}
	return err
}

// pasteboard pastes on a desktop.
type pasteboard struct {
	paste func(ctx context.Context, text string) (verified bool, err error)
	serve func(ctx context.Context) error
	close func()
}

// Hold runs the process that pastes on a kind of desktop, "x11" or "wayland". It
// reads texts from in and answers with receipts on out. At the end of in it closes
// out and serves the clipboard until another program takes it or ctx is done.
func Hold(ctx context.Context, kind string, in io.Reader, out io.WriteCloser) error {
	answers := json.NewEncoder(out)
	board, err := openBoard(kind)
	if err != nil {
		return errors.Join(answers.Encode(holdReceipt{Error: err.Error()}), out.Close())
	}
	defer board.close()
	if err := answers.Encode(holdReceipt{}); err != nil {
		return err
	}
	texts := json.NewDecoder(in)
	for {
		var t holdText
		if err := texts.Decode(&t); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		var answer holdReceipt
		if answer.Verified, err = board.paste(ctx, t.Text); err != nil {
			answer = holdReceipt{Error: err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return board.serve(ctx)
}

func openBoard(kind string) (*pasteboard, error) {
	switch kind {
	case "x11":
		d, err := x11.Open("")
		if err != nil {
			return nil, err
		}
		paste := func(ctx context.Context, text string) (bool, error) {
			r, err := d.Paste(ctx, text)
			return r.Verified, err
		}
		return &pasteboard{paste, d.Serve, d.Close}, nil
	case "wayland":
		d, err := wayland.Open("")
		if err != nil {
			return nil, err
		}
		paste := func(ctx context.Context, text string) (bool, error) {
			if has, err := d.HasFocus(ctx); err == nil && !has {
				return false, ErrNoFocus
			}
			r, err := d.Paste(ctx, text, stroke(ctx, d))
			return r.Verified, err
		}
		return &pasteboard{paste, d.Serve, d.Close}, nil
	}
	return nil, fmt.Errorf("unknown kind of desktop %q: want x11 or wayland", kind)
}

// stroke returns the keystroke that pastes into the focused window. If the
// compositor does not report the window, it is the one most programs accept.
func stroke(ctx context.Context, d *wayland.Display) wayland.Stroke {
	app, err := d.Focused(ctx)
	if err != nil {
		return wayland.ShiftInsert
	}
	if wayland.IsTerminal(app) {
		return wayland.CtrlShiftV
	}
	return wayland.CtrlV
}
