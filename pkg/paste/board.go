package paste

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"voiceflow/pkg/paste/wayland"
	"voiceflow/pkg/paste/x11"
)

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
	for t := range pasteOrders(ctx, in) {
		if t.err != nil {
			return t.err
		}
		var answer holdReceipt
		if answer.Verified, err = board.paste(t.ctx, t.text); err != nil {
			answer = holdReceipt{Error: err.Error()}
		}
		t.cancel()
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return board.serve(ctx)
}

// order is a text to paste, or an error of the input.
type order struct {
	text   string
	ctx    context.Context // done when the text is cancelled
	cancel context.CancelFunc
	err    error
}

// pasteOrders reads texts, and cancels the one read last as soon as the input says so.
func pasteOrders(ctx context.Context, in io.Reader) <-chan order {
	orders := make(chan order)
	go func() {
		defer close(orders)
		texts := json.NewDecoder(in)
		last := order{cancel: func() {}}
		for {
			var t holdText
			switch err := texts.Decode(&t); {
			case err == io.EOF:
				return
			case err != nil:
				orders <- order{err: err}
				return
			case t.Cancel:
				last.cancel()
				continue
			}
			last = order{text: t.Text}
			last.ctx, last.cancel = context.WithCancel(ctx)
			orders <- last
		}
	}()
	return orders
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
