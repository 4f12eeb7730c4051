package wayland

import (
	"context"
	"slices"
	"time"
)

const (
	// lendTime is how long a text stays on the clipboard, from the stroke on, where
	// it is not sure that the program has pasted it: a busy one would paste what is
	// there when it gets to it, and that may be a password.
	lendTime = 10 * time.Second
	// nextTime is how long another text waits for the paste before it, where the
	// program has read that once, which may have been for a look.
	nextTime  = 3 * time.Second
	lookEvery = 20 * time.Millisecond

	// lentType is a format by which a Display whose text is on the clipboard tells
	// another, of the next dictation perhaps. To read it asks for an end of that.
	lentType = "application/x-voiceflow-lent"
)

// lent is a text that stays on the clipboard after its paste has returned.
type lent struct {
	loans []loan
	count *tally
	since time.Time
}

// pastesAtOnce reports whether whoever has the focus will not paste later than it
// reads: a terminal, or nobody.
func (d *Display) pastesAtOnce(ctx context.Context) bool {
	appID, has, err := d.focused(ctx)
	return err == nil && (!has || IsTerminal(appID))
}

// struck reports whether the stroke has been sent.
func (d *Display) struck(count *tally) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return count.counting
}

// lendOn leaves the text on the clipboard for lendTime, unless another paste ends
// that before. The caller holds pasting.
func (d *Display) lendOn(loans []loan, count *tally) {
	l := &lent{loans: loans, count: count, since: time.Now()}
	d.lent = l
	go func() {
		if d.pause(context.Background(), lendTime) != nil {
			return // the connection has ended, and the clipboard with it
		}
		d.pasting.Lock()
		defer d.pasting.Unlock()
		if d.lent == l {
			d.lent = nil
			_, _ = d.giveBack(context.Background(), l.loans) // nobody could act on it
		}
	}()
}

// endLoan gives back what was on the clipboard as soon as the text has most likely
// been pasted.
func (d *Display) endLoan() {
	d.pasting.Lock()
	defer d.pasting.Unlock()
	if l := d.lent; l != nil && d.awaitPasted(context.Background(), l) == nil {
		d.lent = nil
		_, _ = d.giveBack(context.Background(), l.loans) // nobody could act on it
	}
}

// awaitPasted waits until a text was read twice, as by browsers, which look at it
// when they get the stroke, or once and some time ago, but no longer than it is lent.
func (d *Display) awaitPasted(ctx context.Context, l *lent) error {
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

// saveBefore reads what was in the clipboards before our text, that of the paste
// before or of another Display. The caller holds pasting.
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
	return d.save(ctx, selections)
}

// awaitReturn waits until no clipboard has the text of another Display any more.
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

// lentByOthers are the offers of another Display's text.
func (d *Display) lentByOthers(selections []*selection) (found []*offer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range selections {
		if s.own == nil && s.offer != nil && slices.Contains(s.offer.types, lentType) {
			found = append(found, s.offer)
		}
	}
	return found
}
