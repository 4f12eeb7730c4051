package paste

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
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
	// Cancel stops the paste of the text before it, as far as possible.
	Cancel bool `json:"cancel,omitempty"`
}

// holdReceipt is a line from the process that pastes.
type holdReceipt struct {
	Error    string `json:"error,omitempty"`
	Verified bool   `json:"verified,omitempty"`
}

// cancelTime is how long the process that pastes has to restore the clipboard after a
// paste was cancelled.
const cancelTime = 4 * time.Second

// holder is the process that pastes.
type holder struct {
	self, kind string
	cmd        *exec.Cmd // nil if it was killed
	texts      io.WriteCloser
	lines      *bufio.Reader
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
		h := &holder{self: s.Self, kind: kind}
		return h, h.start()
	}
}

func (h *holder) start() error {
	cmd := exec.Command(h.self, "hold", h.kind)
	cmd.SysProcAttr = ownSession() // it outlives our terminal
	var err error
	if h.texts, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	h.lines = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return err
	}
	h.cmd = cmd
	// Its first line reports whether it works here.
	if _, err := h.receipt(context.Background(), baseTime); err != nil {
		return errors.Join(err, h.Close())
	}
	return nil
}

// Deliver lets the process paste.
func (h *holder) Deliver(ctx context.Context, text string) (Receipt, error) {
	if text == "" {
		return Receipt{}, nil
	}
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	if h.cmd == nil {
		if err := h.start(); err != nil {
			return Receipt{}, err
		}
	}
	if err := h.send(holdText{Text: text}); err != nil {
		return Receipt{}, fmt.Errorf("the paste process has ended: %w", err)
	}
	return h.receipt(ctx, 4*baseTime) // enough for two busy programs in turn
}

func (h *holder) send(t holdText) error {
	line, err := json.Marshal(t)
	if err == nil {
		_, err = h.texts.Write(append(line, '\n'))
	}
	return err
}

// receipt reads a line from the process, and kills it if none comes in time. If ctx is
// cancelled, it first asks the process to stop.
func (h *holder) receipt(ctx context.Context, limit time.Duration) (Receipt, error) {
	overdue := time.AfterFunc(limit, func() { _ = h.cmd.Process.Kill() })
	asked := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(asked)
		if h.send(holdText{Cancel: true}) != nil || overdue.Reset(cancelTime) {
			return
		}
		_ = h.cmd.Process.Kill() // it was overdue anyway
	})
	line, err := h.lines.ReadBytes('\n')
	if !stop() {
		<-asked
	}
	switch {
	case !overdue.Stop():
		h.end()
		return Receipt{}, fmt.Errorf("the paste process did not answer and was killed: %w", context.DeadlineExceeded)
	case err != nil:
		h.end()
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

// end forgets the process, which has ended or will when it has read its input.
func (h *holder) end() {
	_ = h.texts.Close()
	go func(cmd *exec.Cmd) { _ = cmd.Wait() }(h.cmd)
	h.cmd = nil
}

// Close leaves the process in the background. It ends on its own when the
// clipboard no longer needs it.
func (h *holder) Close() error {
	if h.cmd != nil {
		h.end()
	}
	return nil
}
