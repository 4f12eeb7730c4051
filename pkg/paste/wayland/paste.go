package wayland

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Stroke is a keystroke that pastes.
type Stroke int

const (
	// CtrlV pastes in most programs.
	CtrlV Stroke = iota + 1
	// CtrlShiftV pastes in terminals, and without formatting in some others.
	CtrlShiftV
	// ShiftInsert pastes in most programs. Some terminals paste the primary
	// selection instead of the clipboard, so Paste puts the text into both.
	ShiftInsert
)

const (
	// settleTime is how long there must be no requests for the text before the
	// keystroke is sent, and settleLimit is the longest total wait. Clipboard managers
	// ask during this time.
	settleTime  = 100 * time.Millisecond
	settleLimit = 500 * time.Millisecond
	// takeTime is how long the application has to ask for the text.
	takeTime = 2 * time.Second
	// lingerTime is how long there must be no requests before the text is removed. Some
	// programs ask twice, and the first request may have come from a slow clipboard
	// manager.
	lingerTime = 150 * time.Millisecond
	// restoreTime limits the time to restore the clipboard.
	restoreTime = 2 * time.Second
)

// ErrNotTaken means that no program asked for the text after the keystroke.
var ErrNotTaken = errors.New("no program took the text")

// Receipt describes the result of a Paste.
type Receipt struct {
	// Taken means that a program has read the whole text after the keystroke.
	Taken bool
	// Verified means that it did so because of the keystroke. Only terminals are
	// that certain: other programs may read the clipboard on the keystroke and
	// paste later, and the compositor does not report which program reads.
	Verified bool
	// Restored means that the clipboard holds its old content again, in all
	// formats. It is false if another program has put something else there
	// meanwhile, which then stays, or if the paste is not Verified, since the text
	// then stays for 10 seconds after the keystroke.
	Restored bool
}

// textTypes are the formats of a text: the MIME types and those of X11.
var textTypes = []string{"text/plain;charset=utf-8", "text/plain", "UTF8_STRING", "STRING", "TEXT"}

// Paste puts a text on the clipboard, presses the keystroke, and restores the old
// clipboard content in all formats. This Display then serves that content until
// another program copies something or until Close; see Serve.
//
// If the old content cannot be read within 5 seconds or is larger than 64 MiB, Paste
// fails before it changes anything. The error is ErrNotTaken if no program asks for
// the text within 2 seconds after the keystroke; one that does has 10 seconds to
// read it. The receipt is valid even if there is an error. An empty text changes
// nothing.
//
// The protocol does not show which program asks for the text. Requests before the
// keystroke are assumed to come from clipboard managers and do not count.
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
		return receipt, fmt.Errorf("unknown keystroke %d", key)
	}
	sure := d.pastesOnRead(ctx)
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
	if d.strokeSent(count) && (err == nil || errors.Is(err, ErrNotTaken) || ctx.Err() != nil) && !sure {
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

// loan is a clipboard that holds our text for a while.
type loan struct {
	selection *selection
	before    []format
	text      *source // nil if the text is not there yet
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
		if err := d.setClipboard(loans[i].selection, formats, count); err != nil {
			return err
		}
		loans[i].text = loans[i].selection.ours
	}
	return nil
}

// giveBack restores the old content of the clipboards, even if ctx is done, but does
// not replace the content of another program. It reports whether all are restored.
func (d *Display) giveBack(ctx context.Context, loans []loan) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restoreTime)
	defer cancel()
	all := true
	var err error
	d.mu.Lock()
	for _, l := range loans {
		switch {
		case l.text == nil:
		case l.selection.ours != l.text:
			all = false
		case err == nil:
			err = d.setClipboard(l.selection, l.before, newTally())
		}
	}
	d.mu.Unlock()
	if err == nil {
		err = d.roundtrip(ctx)
	}
	if err != nil {
		return false, fmt.Errorf("restore the clipboard: %w", err)
	}
	return all, nil
}

// Serve waits while the content that Paste has restored is on the clipboard, since
// on Wayland clipboard content lasts only as long as the program that owns it. It
// returns nil when another program has replaced the content, or immediately if
// there is nothing to serve. A program that is about to end should leave a process
// behind for this.
func (d *Display) Serve(ctx context.Context) error {
	d.mu.Lock()
	var ours []*source
	if d.clips != nil {
		for _, s := range []*selection{&d.clips.clipboard, &d.clips.primary} {
			if s.ours != nil {
				ours = append(ours, s.ours)
			}
		}
	}
	d.mu.Unlock()
	for _, src := range ours {
		if err := d.wait(ctx, src.lost); err != nil {
			return fmt.Errorf("serve the clipboard: %w", err)
		}
	}
	return nil
}
