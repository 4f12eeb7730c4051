package engine

import (
	"context"
	"runtime"
	"sync"
	"syscall"
	"time"

	"voiceflow/internal/wait"
)

// pace keeps the process's processor use below a limit by pausing between decodings.
type pace struct {
	limit      float64 // share of all processors, 0 to 1; 0: no limit
	processors int
	used       func() time.Duration

	mu       sync.Mutex
	last     time.Time
	lastUsed time.Duration
}

// wait pauses until the average use since the last call has dropped to the limit, or ctx ends.
// The first call only starts the measurement.
func (p *pace) wait(ctx context.Context) {
	if p.limit <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	used := p.used()
	if !p.last.IsZero() {
		due := time.Duration(float64(used-p.lastUsed) / (p.limit * float64(p.processors)))
		_ = wait.For(ctx, due-time.Since(p.last)) // the caller checks ctx
	}
	p.last, p.lastUsed = time.Now(), p.used()
}

// processorTime returns the processor time that the process has used so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// busy measures how busy the process is.
type busy struct {
	mu       sync.Mutex
	last     time.Time
	lastUsed time.Duration
}

// share returns the share of all processors used since the last call, 0 to 1; 0 on the first
// call.
func (b *busy) share() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, used := time.Now(), processorTime()
	passed := now.Sub(b.last)
	share := 0.0
	if !b.last.IsZero() && passed > 0 {
		share = min(float64(used-b.lastUsed)/(float64(passed)*float64(runtime.NumCPU())), 1)
	}
	b.last, b.lastUsed = now, used
	return share
}
