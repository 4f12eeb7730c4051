package models

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"time"
)

var (
	errStalled = errors.New("stalled")
	errSlow    = errors.New("too slow")
)

// watchdog ends an attempt whose connection is silent or too slow.
type watchdog struct {
	end      context.CancelCauseFunc
	stall    time.Duration // without a byte
	span     time.Duration // over which the rate is measured
	least    int64         // bytes per span
	received atomic.Int64  // in this span
	silence  *time.Timer
	rate     *time.Timer
}

// watch returns a watchdog that calls end with errStalled or errSlow.
func (s Store) watch(end context.CancelCauseFunc) *watchdog {
	w := &watchdog{end: end, stall: s.stall(), span: s.rateOver()}
	w.least = int64(w.span.Seconds() * float64(s.minRate()))
	w.silence = time.AfterFunc(w.stall, func() { end(errStalled) })
	w.rate = time.AfterFunc(math.MaxInt64, w.judge)
	return w
}

// alive is called whenever something arrives, with the number of bytes of the file.
func (w *watchdog) alive(bytes int) {
	w.silence.Reset(w.stall)
	w.received.Add(int64(bytes))
}

// measure begins to measure the rate, when the file begins to arrive.
func (w *watchdog) measure() { w.rate.Reset(w.span) }

func (w *watchdog) judge() {
	if w.received.Swap(0) < w.least {
		w.end(errSlow)
		return
	}
	w.rate.Reset(w.span)
}

func (w *watchdog) stop() {
	w.silence.Stop()
	w.rate.Stop()
}
