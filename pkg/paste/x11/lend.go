package x11

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jezek/xgb/xproto"
)

// lendTime is how long a text stays on the clipboard, from the stroke on, where it
// is not sure that the program has handled that: a busy one would paste what is
// there when it gets to it, and that may be a password.
const lendTime = 10 * time.Second

// busyTime is longer than an idle program takes to show that it is idle.
const busyTime = 500 * time.Millisecond

// lentMark is the answer of a Display whose text is on the clipboard to another, of
// the next dictation perhaps, that asks for the form VOICEFLOW_LENT.
const lentMark = "lent by voiceflow"

// loan is a text that stays on the clipboard after its paste has returned.
type loan struct {
	before  map[string]saved // by selection
	text    *offer
	until   time.Time
	process int // of the window, 0 if not known
}

// strokeHandled reports whether the program has certainly handled the stroke: it
// answers a ping that comes behind it, or sleeps. Neither says so of a program of
// several processes, such as a browser, of which one gets the stroke and another
// pastes. A text that was read by then was read for the stroke.
func (d *Display) strokeHandled(ctx context.Context, t target, pid int) bool {
	if pid == 0 || hasHelpers(pid) || d.round() != nil {
		return false
	}
	pings, err := d.answersPings(t.top)
	switch {
	case err != nil:
		return false
	case pings:
		return d.ping(ctx, t.top) == nil
	}
	asleep, err := d.asleep(ctx, pid)
	return asleep && err == nil
}

// lend leaves a text on the clipboard and gives back what was there in lendTime,
// unless another paste does so before.
func (d *Display) lend(before map[string]saved, text *offer, pid int) {
	l := &loan{before: before, text: text, until: time.Now().Add(lendTime), process: pid}
	d.lent = l
	go func() {
		if d.pause(context.Background(), lendTime) != nil {
			return // the connection has ended, and the clipboard with it
		}
		ctx, cancel := context.WithTimeout(context.Background(), openTime)
		defer cancel()
		_ = d.work(ctx, func(context.Context) error { // nobody could act on it
			if d.lent == l {
				d.lent = nil
				d.giveBack(l.before, l.text)
			}
			return nil
		})
	}()
}

// endLoan gives back what was on the clipboard as soon as the text has most likely
// been pasted.
func (d *Display) endLoan() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*lendTime)
	defer cancel()
	_ = d.work(ctx, func(ctx context.Context) error { // nobody could act on it
		l := d.lent
		if l == nil {
			return nil
		}
		err := d.awaitPasted(ctx, l)
		d.lent = nil
		d.giveBack(l.before, l.text)
		return err
	})
}

// awaitReturn waits until the text of another Display is off the selection, which
// has then what was there before.
func (d *Display) awaitReturn(ctx context.Context, selection string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*lendTime)
	defer cancel()
	for {
		owner, err := xproto.GetSelectionOwner(d.conn, d.atoms[selection]).Reply()
		if err != nil || owner.Owner == 0 {
			return err
		}
		now, err := d.now()
		if err != nil {
			return err
		}
		// xclip gives what it has for whatever it is asked.
		asked, stop := context.WithTimeout(ctx, saveTime)
		f, err := d.read(asked, request{selection, d.atoms["VOICEFLOW_LENT"], now}, saveSize)
		stop()
		if err != nil || string(f.data) != lentMark {
			return nil
		}
		if err := d.pause(ctx, lookEvery); err != nil {
			return nil
		}
	}
}

// saveBefore reads the selections that a paste takes. Where they still have the
// text of the paste before, it waits until that has most likely been pasted, and
// returns what was there before that.
func (d *Display) saveBefore(ctx context.Context, selections []string) (map[string]saved, error) {
	l := d.lent
	if l != nil {
		if err := d.awaitPasted(ctx, l); err != nil {
			return nil, err
		}
		d.lent = nil
	}
	before := map[string]saved{}
	for _, selection := range selections {
		if l != nil {
			if old, ok := l.before[selection]; ok && d.offersText(selection, l.text) {
				before[selection] = old
				delete(l.before, selection)
				continue
			}
		}
		var err error
		if d.offered(selection) == nil {
			err = d.awaitReturn(ctx, selection)
		}
		if err == nil {
			before[selection], err = d.save(ctx, selection)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("read what is in the %s selection: %w", selection, err)
		}
	}
	if l != nil {
		d.giveBack(l.before, l.text)
	}
	return before, nil
}

// awaitPasted waits until all processes of the program that was to paste are seen
// asleep several times in a row, as that of a busy page is not. One that always does
// something is not waited for beyond watchTime if it has read the text twice, as
// browsers do, which look at it when they get the stroke, and else not beyond the
// end of the loan.
func (d *Display) awaitPasted(ctx context.Context, l *loan) error {
	for row := 0; row < looks && time.Now().Before(l.until); row++ {
		d.mu.Lock()
		reads, lost := l.text.watch.reads, l.text.watch.lost
		d.mu.Unlock()
		if lost || reads > 1 && time.Until(l.until) < lendTime-watchTime {
			return nil
		}
		if err := d.pause(ctx, lookEvery); err != nil {
			return err
		}
		if l.process == 0 || anyRunning(l.process) {
			row = -1
		}
	}
	return nil
}

// offersText reports whether a selection still has the text of a paste.
func (d *Display) offersText(selection string, text *offer) bool {
	current := d.offered(selection)
	return current != nil && current.watch == text.watch
}

// answersPings reports whether a window says that it answers _NET_WM_PING.
func (d *Display) answersPings(top xproto.Window) (bool, error) {
	protocols, _, err := d.property(top, "WM_PROTOCOLS")
	if err != nil {
		return false, err
	}
	return d.lists(protocols, "_NET_WM_PING"), nil
}

// confirm finds out what became of a stroke whose outcome so far is err: a program
// that is busy may ask for the text later. sure says that the outcome is final.
func (d *Display) confirm(ctx context.Context, t target, pid int, w *watch, err error) (sure bool, _ error) {
	if err != nil && !errors.Is(err, ErrNotTaken) {
		return false, err
	}
	start := time.Now()
	if !d.strokeHandled(ctx, t, pid) {
		return false, err
	}
	if err != nil && time.Since(start) > busyTime { // it gets to it only now
		err = d.awaitTaken(ctx, w)
	}
	return true, err
}
