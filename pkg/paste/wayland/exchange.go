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
		// It hung up, and may have said why: the loop is to read that, and whoever
		// waits for the answer gets to know. libwayland does the same.
		return nil
	}
	err = fmt.Errorf("send to the compositor: %w", err)
	d.fail(err) // half a request may be out: there is no going on
	return err
}

// request is send for callers that do not hold mu.
func (d *Display) request(requests ...*request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.send(requests...)
}

// roundtrip waits until the compositor has handled all requests sent so far,
// and we all events that it sent before.
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

// wait waits for done, and no longer than ctx and the connection live.
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

// pause lets time pass where nothing tells that another program has caught up.
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

// failure tells why the connection ended.
func (d *Display) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Close ends the connection and all that it serves, the clipboard's content
// too. It returns when nothing of it runs any more. More calls do nothing.
func (d *Display) Close() {
	d.mu.Lock()
	d.fail(ErrClosed)
	d.clips.abort()
	d.mu.Unlock()
	d.tasks.Wait()
}
