// Package wait sleeps in a way that a context can interrupt.
package wait

import (
	"context"
	"time"
)

// For returns nil after d, or the error of ctx as soon as ctx is done.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
