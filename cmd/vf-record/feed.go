package main

import (
	"context"

	"voiceflow/pkg/audio"
)

// portion is a few samples from a source.
type portion struct {
	samples []int16
	missing bool // they are silence that stands for lost sound
}

// feed passes the samples of a ring to a channel, so that they can be awaited together
// with presses.
type feed struct {
	portions chan portion // closed at the end
	err      error        // why it ended, valid then
	cancel   context.CancelFunc
}

func newFeed(ctx context.Context, ring *audio.Ring) *feed {
	f := &feed{portions: make(chan portion)}
	ctx, f.cancel = context.WithCancel(ctx)
	go func() {
		defer close(f.portions)
		for {
			samples := make([]int16, step)
			n, missing, err := ring.ReadPart(ctx, samples)
			if err != nil {
				f.err = err
				return
			}
			select {
			case f.portions <- portion{samples[:n:n], missing}:
			case <-ctx.Done():
				f.err = ctx.Err()
				return
			}
		}
	}()
	return f
}
