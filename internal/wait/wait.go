// Package wait lets time pass, unless something ends first.
package wait

import (
	"context"
	"time"
)

// For returns after a time, or, with its error, when ctx ends.
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
