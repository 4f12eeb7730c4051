package main

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"voiceflow/internal/health/monitor"
	"voiceflow/internal/logrecord"
)

// TestSendGathers: errors are passed on in batches, like readings, because drawing
// after each line of a damaged log would take minutes.
func TestSendGathers(t *testing.T) {
	const each = 2000
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	source := func(ctx context.Context) iter.Seq2[logrecord.Record, error] {
		return func(yield func(logrecord.Record, error) bool) {
			for range each {
				if !yield(logrecord.Record{}, errors.New("no line")) || !yield(logrecord.Record{ID: 1}, nil) {
					return
				}
			}
			<-ctx.Done()
		}
	}
	errs, readings, calls := 0, 0, 0
	send(ctx, source, func(n monitor.News) {
		calls++
		errs, readings = errs+len(n.Errs), readings+len(n.Readings)
		if errs == each && readings == each {
			cancel()
		}
	})
	if errs != each || readings != each || calls > each/10 {
		t.Errorf("%d errors, %d readings in %d batches", errs, readings, calls)
	}
}
