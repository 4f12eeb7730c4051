package engine

import (
	"context"
	"sync"
	"syscall"
	"time"
)

// pace keeps the process's use of the processors below a limit by pausing
// between decodings.
type pace struct {
	limit      float64 // share of all processors; 0: none
	processors int
	used       func() time.Duration

	mu       sync.Mutex
	last     time.Time
	lastUsed time.Duration
}

// wait pauses until the use since the last call is down to the limit, or ctx
// ends. The first call only begins to count.
func (p *pace) wait(ctx context.Context) {
	if p.limit <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	used := p.used()
	if !p.last.IsZero() {
		due := time.Duration(float64(used-p.lastUsed) / (p.limit * float64(p.processors)))
		_ = pause(ctx, due-time.Since(p.last)) // the caller sees ctx's end
	}
	p.last, p.lastUsed = time.Now(), p.used()
}

// processorTime is what the process has used of all processors so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
