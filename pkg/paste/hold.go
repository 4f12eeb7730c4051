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

// A clipboard lasts as long as the program that offers it, on X11 and on Wayland.
// What was on the clipboard before a paste is given back by us, so somebody must
// go on offering it when the dictation is over: a process of our own, which does
// the pasting, and stays in the background until another program takes the
// clipboard. Whoever calls Open with Session.Self set has a command "hold KIND"
// that calls Hold.

// heldText and heldReceipt are the lines between the two processes.
type heldText struct {
	Text string `json:"text"`
}

type heldReceipt struct {
	Error    string `json:"error,omitempty"`
	Verified bool   `json:"verified,omitempty"`
}

// held is a process that pastes.
type held struct {
	cmd   *exec.Cmd
	texts io.WriteCloser
	lines *bufio.Reader
}

// openHeld starts the process that pastes on a kind of desktop.
func openHeld(kind, display string) func(Session) (Target, error) {
	return func(s Session) (Target, error) {
		if _, err := s.need(display); err != nil {
			return nil, err
		}
		if s.Self == "" {
			return nil, errors.New("this program has no command that holds the clipboard")
		}
		h := &held{cmd: exec.Command(s.Self, "hold", kind)}
		// In a session of its own, it does not end with our terminal.
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
		// Its first line says whether it works here.
		if _, err := h.receipt(context.Background(), baseTime); err != nil {
			return nil, errors.Join(err, h.Close())
		}
		return h, nil
	}
}

// Deliver has the process paste.
func (h *held) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	line, err := json.Marshal(heldText{text})
	if err != nil {
		return Receipt{}, err
	}
	if _, err := h.texts.Write(append(line, '\n')); err != nil {
		return Receipt{}, fmt.Errorf("the process that pastes has ended: %w", err)
	}
	return h.receipt(ctx, 4*baseTime) // for a program that is busy, and one before it
}

// receipt reads a line of the process, and kills it where none comes.
func (h *held) receipt(ctx context.Context, limit time.Duration) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = h.cmd.Process.Kill() })
	defer stop()
	line, err := h.lines.ReadBytes('\n')
	switch {
	case ctx.Err() != nil:
		return Receipt{}, fmt.Errorf("the process that pastes did not answer and was killed: %w", ctx.Err())
	case err != nil:
		return Receipt{}, errors.New("the process that pastes has ended")
	}
	var r heldReceipt
	if err := json.Unmarshal(line, &r); err != nil {
		return Receipt{}, fmt.Errorf("the process that pastes: %w", err)
	}
	if r.Error != "" {
		return Receipt{}, errors.New(r.Error)
	}
	return Receipt{Verified: r.Verified}, nil
}

// Close lets the process go into the background: it ends by itself when the
// clipboard needs it no longer.
func (h *held) Close() error {
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

// Hold is the process that pastes on a kind of desktop, "x11" or "wayland": it
// takes texts, answers with receipts, and at the end of in serves the clipboard
// until another program takes it, or ctx ends. It closes out before it serves.
func Hold(ctx context.Context, kind string, in io.Reader, out io.WriteCloser) error {
	answers := json.NewEncoder(out)
	board, err := openBoard(kind)
	if err != nil {
		return errors.Join(answers.Encode(heldReceipt{Error: err.Error()}), out.Close())
	}
	defer board.close()
	if err := answers.Encode(heldReceipt{}); err != nil {
		return err
	}
	texts := json.NewDecoder(in)
	for {
		var t heldText
		if err := texts.Decode(&t); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		var answer heldReceipt
		if answer.Verified, err = board.paste(ctx, t.Text); err != nil {
			answer = heldReceipt{Error: err.Error()}
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
	return nil, fmt.Errorf("%q is no kind of desktop: x11 or wayland", kind)
}

// stroke is what pastes in the focused window. Where the compositor does not
// tell the window, it is what most programs know.
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
