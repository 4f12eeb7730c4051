package wayland

import (
	"context"
	"slices"
	"time"
)

const (
	// lendTime is how long a text stays on the clipboard after the keystroke if the
	// program may not have pasted it. A busy program pastes whatever is on the
	// clipboard when it handles the keystroke, and the old content may be a password.
	lendTime = 10 * time.Second
	// nextTime is how long the next text waits if the program has read the previous
	// one only once, perhaps without pasting it.
	nextTime  = 3 * time.Second
	lookEvery = 20 * time.Millisecond

	// lentType is the format that shows another Display, perhaps that of the next
	// dictation, that the clipboard content is our text. Reading it asks us to
	// restore the old content.
	lentType = "application/x-voiceflow-lent"
)

// lentText is a text that stays on the clipboard after its paste has returned.
type lentText struct {
	loans []loan
	count *tally
	since time.Time
}

// pastesOnRead reports whether the focused program pastes as soon as it reads the
// text, as terminals do, or no window has the focus.
func (d *Display) pastesOnRead(ctx context.Context) bool {
	appID, has, err := d.focused(ctx)
	return err == nil && (!has || IsTerminal(appID))
}

// strokeSent reports whether the keystroke has been sent.
func (d *Display) strokeSent(count *tally) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return count.counting
}

// lendOn leaves the text on the clipboard for lendTime, unless another paste takes
// it off earlier. The caller holds pasting.
func (d *Display) lendOn(loans []loan, count *tally) {
	l := &lentText{loans: loans, count: count, since: time.Now()}
	d.lent = l
	go func() {
		if d.pause(context.Background(), lendTime) != nil {
			return // the connection has ended, and our clipboard content with it
		}
		d.pasting.Lock()
		defer d.pasting.Unlock()
		if d.lent == l {
			d.lent = nil
			_, _ = d.giveBack(context.Background(), l.loans) // no caller to return an error to
		}
	}()
}

// endLoan restores the clipboard as soon as the text has most likely been pasted.
func (d *Display) endLoan() {
	d.pasting.Lock()
	defer d.pasting.Unlock()
	if l := d.lent; l != nil && d.awaitPasted(context.Background(), l) == nil {
		d.lent = nil
		_, _ = d.giveBack(context.Background(), l.loans) // no caller to return an error to
	}
}

// awaitPasted waits until a text was read twice, or once and nextTime has passed,
// but not beyond lendTime. Browsers read twice: on the keystroke and when they paste.
func (d *Display) awaitPasted(ctx context.Context, l *lentText) error {
	for {
		age := time.Since(l.since)
		_, taken := d.look(l.count)
		if taken > 1 || taken > 0 && age > nextTime || age > lendTime {
			return nil
		}
		if err := d.pause(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// saveBefore reads the user's content of the clipboards. If they hold the text of
// our previous paste or of another Display, it waits until that is gone. The caller
// holds pasting.
func (d *Display) saveBefore(ctx context.Context, selections []*selection) ([]loan, error) {
	if l := d.lent; l != nil {
		if err := d.awaitPasted(ctx, l); err != nil {
			return nil, err
		}
		d.lent = nil
		if _, err := d.giveBack(ctx, l.loans); err != nil {
			return nil, err
		}
	}
	if err := d.awaitReturn(ctx, selections); err != nil {
		return nil, err
	}
	// Not cut short: a program that is sending its content could end if nobody reads it.
	loans, err := d.save(context.WithoutCancel(ctx), selections)
	if err == nil {
		err = ctx.Err()
	}
	return loans, err
}

// awaitReturn waits until no clipboard holds the text of another Display.
func (d *Display) awaitReturn(ctx context.Context, selections []*selection) error {
	asked := map[*offer]bool{}
	for end := time.Now().Add(2 * lendTime); time.Now().Before(end); {
		if err := d.roundtrip(ctx); err != nil {
			return err
		}
		others := d.lentByOthers(selections)
		if len(others) == 0 {
			return nil
		}
		for _, o := range others {
			if !asked[o] {
				asked[o] = true
				if _, err := d.receive(ctx, o, lentType, 1); err != nil && ctx.Err() != nil {
					return err
				}
			}
		}
		if err := d.pause(ctx, lookEvery); err != nil {
			return err
		}
	}
	return nil
}

// lentByOthers returns the offers of texts of other Displays.
func (d *Display) lentByOthers(selections []*selection) (found []*offer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range selections {
		if s.ours == nil && s.offer != nil && slices.Contains(s.offer.types, lentType) {
			found = append(found, s.offer)
		}
	}
	return found
}
