package x11

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jezek/xgb/xproto"
)

// lendTime is how long a text stays on the clipboard after the keystroke if the
// program may not have handled it. A busy program pastes whatever is on the
// clipboard when it handles the keystroke, and the old content may be a password.
const lendTime = 10 * time.Second

// busyTime is longer than an idle program needs to show that it is idle.
const busyTime = 500 * time.Millisecond

// lentMark is the VOICEFLOW_LENT form of a text on loan. It shows another Display,
// perhaps that of the next dictation, that the clipboard content is our text.
const lentMark = "lent by voiceflow"

// loan is a text that stays on the clipboard after its paste has returned.
type loan struct {
	before  map[string]snapshot // by selection
	text    *offer
	until   time.Time
	process int // of the window, 0 if unknown
}

// strokeHandled reports whether the program has certainly handled the keystroke:
// it answered a later ping, or it sleeps. If so, a text read by then was read
// because of the keystroke. Neither sign proves anything for a program with several
// processes, such as a browser, in which one gets the keystroke and another pastes.
func (d *Display) strokeHandled(ctx context.Context, t target, pid int) bool {
	if pid == 0 || hasHelpers(pid) || d.roundTrip() != nil {
		return false
	}
	pings, err := d.answersPings(t.top)
	switch {
	case err != nil:
		return false
	case pings:
		return d.ping(ctx, t.top) == nil
	}
	asleep, err := d.awaitAsleep(ctx, pid)
	return asleep && err == nil
}

// lend leaves a text on the clipboard and restores the old content after lendTime,
// unless another paste has done so by then.
func (d *Display) lend(before map[string]snapshot, text *offer, pid int) {
	l := &loan{before: before, text: text, until: time.Now().Add(lendTime), process: pid}
	d.loan = l
	go func() {
		if d.pause(context.Background(), lendTime) != nil {
			return // the connection has ended, and our clipboard content with it
		}
		ctx, cancel := context.WithTimeout(context.Background(), openTime)
		defer cancel()
		_ = d.work(ctx, func(context.Context) error { // no caller to return an error to
			if d.loan == l {
				d.loan = nil
				d.giveBack(l.before, l.text)
			}
			return nil
		})
	}()
}

// endLoan restores the clipboard as soon as the text has most likely been pasted.
func (d *Display) endLoan() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*lendTime)
	defer cancel()
	_ = d.work(ctx, func(ctx context.Context) error { // no caller to return an error to
		l := d.loan
		if l == nil {
			return nil
		}
		err := d.awaitPasted(ctx, l)
		d.loan = nil
		d.giveBack(l.before, l.text)
		return err
	})
}

// awaitReturn waits until another Display that has a text on loan in the selection
// has restored the old content.
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
		// Compare the answer: xclip returns its content for any form.
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

// saveBefore reads the selections that a paste takes over. If they still hold the
// text of the previous paste, it waits until that has most likely been pasted, and
// returns the content from before that paste.
func (d *Display) saveBefore(ctx context.Context, selections []string) (map[string]snapshot, error) {
	l := d.loan
	if l != nil {
		if err := d.awaitPasted(ctx, l); err != nil {
			return nil, err
		}
		d.loan = nil
	}
	before := map[string]snapshot{}
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
			// Not cut short: some programs, such as xclip, end if nobody waits for the
			// content that they are sending, and it is lost with them.
			before[selection], err = d.save(context.WithoutCancel(ctx), selection)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("read the %s selection: %w", selection, err)
		}
	}
	if l != nil {
		d.giveBack(l.before, l.text)
	}
	return before, nil
}

// awaitPasted waits until all processes of the pasting program, including those of
// busy browser pages, are seen asleep several times in a row. A program may never
// sleep, so the wait ends with the loan, or after watchTime if the program has read
// the text twice: browsers read it on the keystroke and again when the page pastes.
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

// offersText reports whether a selection still holds the text of a paste.
func (d *Display) offersText(selection string, text *offer) bool {
	current := d.offered(selection)
	return current != nil && current.watch == text.watch
}

// answersPings reports whether a window supports _NET_WM_PING.
func (d *Display) answersPings(top xproto.Window) (bool, error) {
	protocols, _, err := d.property(top, "WM_PROTOCOLS")
	if err != nil {
		return false, err
	}
	return d.containsAtom(protocols, "_NET_WM_PING"), nil
}

// confirm settles the outcome of a keystroke, which is err so far: a busy program
// may still ask for the text. sure reports whether the outcome is final.
func (d *Display) confirm(ctx context.Context, t target, pid int, w *watch, err error) (sure bool, _ error) {
	if err != nil && !errors.Is(err, ErrNotTaken) {
		return false, err
	}
	start := time.Now()
	if !d.strokeHandled(ctx, t, pid) {
		return false, err
	}
	if err != nil && time.Since(start) > busyTime { // it was busy until now
		err = d.awaitTaken(ctx, w)
	}
	return true, err
}
