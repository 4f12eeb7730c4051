package wayland

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// send sends requests. The caller holds mu.
func (d *Display) send(requests ...*request) error {
	if d.err != nil {
		return d.err
	}
	err := d.conn.write(writeTime, requests...)
	if err == nil || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		// The compositor has hung up, perhaps after an error event: the loop reads
		// that event, and callers that wait for an answer get its error. libwayland
		// does the same.
		return nil
	}
	err = fmt.Errorf("send to the compositor: %w", err)
	d.fail(err) // half a request may have been sent, so the connection is unusable
	return err
}

// request is like send, for callers that do not hold mu.
func (d *Display) request(requests ...*request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.send(requests...)
}

// roundtrip waits until the compositor has handled all requests sent so far, and
// we have handled all events that it sent by then.
func (d *Display) roundtrip(ctx context.Context) error {
	done := make(chan struct{})
	d.mu.Lock()
	id := d.newObject(nil)
	d.handlers[id] = func(uint16, *args) {
		delete(d.handlers, id)
		close(done)
	}
	err := d.send(newRequest(displayID, displaySync).uint(id))
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return d.wait(ctx, done)
}

// wait waits for done, or returns an error if ctx is done or the connection ends.
func (d *Display) wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-d.gone:
		return d.failure()
	case <-ctx.Done():
		return fmt.Errorf("wait for the compositor: %w", context.Cause(ctx))
	}
}

// pause waits for t, for cases in which no event shows that another program has
// caught up. It returns an error if ctx is done or the connection ends.
func (d *Display) pause(ctx context.Context, t time.Duration) error {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-d.gone:
		return d.failure()
	case <-ctx.Done():
		return fmt.Errorf("wait for the application: %w", context.Cause(ctx))
	}
}

// failure returns the reason why the connection ended.
func (d *Display) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Close ends the connection and stops serving clipboard content. It returns when
// all its goroutines have ended. Further calls do nothing.
func (d *Display) Close() {
	d.mu.Lock()
	d.fail(ErrClosed)
	d.clips.abort()
	d.mu.Unlock()
	d.tasks.Wait()
}
