package wayland

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Stroke is a combination of keys that pastes.
type Stroke int

const (
	// CtrlV pastes in most programs.
	CtrlV Stroke = iota + 1
	// CtrlShiftV pastes in terminals, and without formatting in some others.
	CtrlShiftV
	// ShiftInsert pastes in most programs; in some terminals not the clipboard,
	// but what was selected last. Paste puts the text into both.
	ShiftInsert
)

const (
	// settleTime is how long no request for the text may come before the stroke
	// goes out, and settleLimit the longest wait for that. Clipboard managers
	// ask in this time.
	settleTime  = 100 * time.Millisecond
	settleLimit = 500 * time.Millisecond
	// takeTime is how long the application has to ask for the text.
	takeTime = 2 * time.Second
	// lingerTime is how long no more requests may come before the text is taken
	// away again. Some programs ask twice, and a clipboard manager that was slow
	// may have been the first.
	lingerTime = 150 * time.Millisecond
	// restoreTime bounds the putting back.
	restoreTime = 2 * time.Second
)

// ErrNotTaken says that no program asked for the text after the stroke.
var ErrNotTaken = errors.New("no program took the text")

// Receipt tells what came of a Paste.
type Receipt struct {
	// Taken: a program has read the whole text after the stroke.
	Taken bool
	// Verified: it did so for the stroke. That is sure of terminals alone: others
	// may look at the clipboard when they get the stroke, and paste later, and the
	// compositor does not tell which program reads.
	Verified bool
	// Restored: the clipboard has what it had before, in all formats. It has not
	// when another program has put something else there meanwhile, which then
	// stays, and it has not yet when the paste is not Verified: the text then
	// stays there for 10 seconds after the stroke.
	Restored bool
}

// textTypes are the formats of a text: that of MIME, and those which come from
// X11.
var textTypes = []string{"text/plain;charset=utf-8", "text/plain", "UTF8_STRING", "STRING", "TEXT"}

// Paste puts a text on the clipboard, presses the stroke, and puts back what was
// on the clipboard before, with all its formats. That content comes from this
// Display from then on, until another program copies something or Close; see
// Serve.
//
// It is an error, before anything is changed, if what was there cannot be read
// within 5 seconds or is more than 64 MiB. It is an ErrNotTaken if no program
// asks for the text within 2 seconds after the stroke; one that does gets 10
// seconds to read it. The receipt is right with an error too. No text at all is
// no error and changes nothing.
//
// Nothing tells which program asks for the text. Requests before the stroke are
// taken for those of clipboard managers and do not count.
func (d *Display) Paste(ctx context.Context, text string, key Stroke) (Receipt, error) {
	if text == "" {
		return Receipt{Restored: true}, nil
	}
	receipt, err := d.paste(ctx, text, key)
	if err != nil {
		return receipt, fmt.Errorf("paste: %w", err)
	}
	return receipt, nil
}

func (d *Display) paste(ctx context.Context, text string, key Stroke) (Receipt, error) {
	receipt := Receipt{Restored: true}
	d.pasting.Lock()
	defer d.pasting.Unlock()
	d.mu.Lock()
	usable := d.clips != nil && d.clips.device != 0
	d.mu.Unlock()
	if !usable {
		return receipt, fmt.Errorf("%w: type the text instead", ErrNoDataControl)
	}
	if key < CtrlV || key > ShiftInsert {
		return receipt, fmt.Errorf("unknown stroke %d", key)
	}
	sure := d.pastesAtOnce(ctx)
	if err := d.setKeymap(ctx, strokeKeymap()); err != nil {
		return receipt, err
	}
	selections := []*selection{&d.clips.clipboard}
	if key == ShiftInsert && d.clips.hasPrimary {
		selections = append(selections, &d.clips.primary)
	}
	loans, err := d.saveBefore(ctx, selections)
	if err != nil {
		return receipt, err
	}
	count := newTally()
	if err = d.lend(loans, text, count); err == nil {
		receipt.Taken, err = d.strike(ctx, loans, count, key)
	}
	if d.struck(count) && (err == nil || errors.Is(err, ErrNotTaken) || ctx.Err() != nil) && !sure {
		receipt.Restored = false
		d.lendOn(loans, count)
		return receipt, err
	}
	receipt.Verified = receipt.Taken
	var backErr error
	receipt.Restored, backErr = d.giveBack(ctx, loans)
	switch {
	case err == nil:
		err = backErr
	case backErr != nil:
		err = fmt.Errorf("%w; %w", err, backErr)
	}
	return receipt, err
}

// loan is a clipboard that has our text for a while.
type loan struct {
	selection *selection
	before    []format
	text      *source // nil if it does not have it yet
}

// lend puts the text into the clipboards.
func (d *Display) lend(loans []loan, text string, count *tally) error {
	var formats []format
	for _, t := range textTypes {
		formats = append(formats, format{t, []byte(text)})
	}
	formats = append(formats, format{lentType, nil})
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range loans {
		if err := d.own(loans[i].selection, formats, count); err != nil {
			return err
		}
		loans[i].text = loans[i].selection.own
	}
	return nil
}

// giveBack puts back what was in the clipboards before, whether or not ctx is
// done, but not over what another program has put there. It tells whether all
// are as before.
func (d *Display) giveBack(ctx context.Context, loans []loan) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreTime)
	defer cancel()
	all := true
	var err error
	d.mu.Lock()
	for _, l := range loans {
		switch {
		case l.text == nil:
		case l.selection.own != l.text:
			all = false
		case err == nil:
			err = d.own(l.selection, l.before, newTally())
		}
	}
	d.mu.Unlock()
	if err == nil {
		err = d.roundtrip(ctx)
	}
	if err != nil {
		return false, fmt.Errorf("put the clipboard back: %w", err)
	}
	return all, nil
}

// Serve keeps what Paste has put back on the clipboard for other programs to
// paste, for on Wayland a clipboard's content ends with the program that owns
// it. It returns nil when another program has put something there, or at once
// where there is nothing to serve. A program that is to end should leave a
// process behind for this.
func (d *Display) Serve(ctx context.Context) error {
	d.mu.Lock()
	var own []*source
	if d.clips != nil {
		for _, s := range []*selection{&d.clips.clipboard, &d.clips.primary} {
			if s.own != nil {
				own = append(own, s.own)
			}
		}
	}
	d.mu.Unlock()
	for _, src := range own {
		if err := d.wait(ctx, src.lost); err != nil {
			return fmt.Errorf("serve the clipboard: %w", err)
		}
	}
	return nil
}
