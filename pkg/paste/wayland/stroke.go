package wayland

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// XKB's bits for the modifiers, which every keymap has.
const (
	maskShift = 1 << 0
	maskCtrl  = 1 << 2
)

// chord returns the modifier keys, the modifiers' bits, and the key.
func (s Stroke) chord() (modifiers []uint32, mask, key uint32) {
	switch s {
	case CtrlShiftV:
		return []uint32{keyLeftCtrl, keyLeftShift}, maskCtrl | maskShift, keyV
	case ShiftInsert:
		return []uint32{keyLeftShift}, maskShift, keyInsert
	}
	return []uint32{keyLeftCtrl}, maskCtrl, keyV
}

// strike presses the keys of the stroke and waits until the text was taken.
func (d *Display) strike(ctx context.Context, loans []loan, count *tally, key Stroke) (taken bool, err error) {
	if err := d.settle(ctx, count, settleTime, settleLimit); err != nil {
		return false, err
	}
	d.mu.Lock()
	for _, l := range loans {
		if l.selection.ours != l.text {
			d.mu.Unlock()
			return false, errors.New("another program has just taken the clipboard: try again")
		}
	}
	count.counting = true
	err = d.send(d.keyboard.strokeRequests(key)...)
	d.mu.Unlock()
	if err != nil {
		return false, err
	}
	if err := d.waitTaken(ctx, count); err != nil {
		return false, err
	}
	return true, d.settle(ctx, count, lingerTime, transferTime)
}

// strokeRequests presses and releases all keys of a stroke. It sends the modifiers
// both as keys, for X11 programs, and as a state, for others.
func (k *keyboard) strokeRequests(s Stroke) []*request {
	modifiers, mask, key := s.chord()
	var requests []*request
	for _, m := range modifiers {
		requests = append(requests, k.press(m))
	}
	requests = append(requests, k.modifiers(mask), k.press(key), k.release(key))
	for _, m := range modifiers {
		requests = append(requests, k.release(m))
	}
	return append(requests, k.modifiers(0))
}

// settle waits until no transfer is in progress and none has started for the time
// quiet, or until the time limit.
func (d *Display) settle(ctx context.Context, count *tally, quiet, limit time.Duration) error {
	// After this, the compositor has announced the clipboard content to all
	// programs, and we have seen all requests so far.
	if err := d.roundtrip(ctx); err != nil {
		return err
	}
	end := time.NewTimer(limit)
	defer end.Stop()
	for {
		still := time.NewTimer(quiet)
		if open, _ := d.look(count); open > 0 {
			still.Stop()
		}
		select {
		case <-count.changed:
			still.Stop()
			continue
		case <-still.C:
			return nil
		case <-end.C:
			still.Stop()
			return nil
		case <-d.gone:
			still.Stop()
			return d.failure()
		case <-ctx.Done():
			still.Stop()
			return fmt.Errorf("wait for the application: %w", context.Cause(ctx))
		}
	}
}

// waitTaken waits until a program has read the text. A program that is still reading
// at the end of takeTime may finish.
func (d *Display) waitTaken(ctx context.Context, count *tally) error {
	limit := time.NewTimer(takeTime)
	defer limit.Stop()
	late := false
	for {
		open, taken := d.look(count)
		if taken > 0 {
			return nil
		}
		if late && open == 0 {
			return fmt.Errorf("%w within %v: is a text field focused, and does this keystroke paste there?",
				ErrNotTaken, takeTime)
		}
		select {
		case <-count.changed:
		case <-limit.C:
			late = true
		case <-d.gone:
			return d.failure()
		case <-ctx.Done():
			return fmt.Errorf("wait for the application to take the text: %w", context.Cause(ctx))
		}
	}
}

// look returns the number of transfers in progress and of counted transfers that
// succeeded.
func (d *Display) look(count *tally) (open, taken int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return count.open, count.taken
}
