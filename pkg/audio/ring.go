package audio

import (
	"context"
	"io"
	"sync"
)

// Ring passes samples from one goroutine, such as a real-time audio callback,
// to one other, such as a writer to disk. It holds a fixed number of samples.
// Only one goroutine may write at a time, and only one may read; Dropped and
// CloseWrite may be called from any.
type Ring struct {
	mu      sync.Mutex // held for no longer than it takes to copy samples
	buf     []int16
	start   int // of the oldest sample in buf
	held    int // samples
	dropped int64
	closed  bool

	readable chan struct{} // holds one token after there was something to read
	writable chan struct{} // holds one token after there was room to write
}

// NewRing makes a ring for capacity samples, at least one; it takes two bytes
// for each.
func NewRing(capacity int) *Ring {
	return &Ring{
		buf:      make([]int16, max(capacity, 1)),
		readable: make(chan struct{}, 1),
		writable: make(chan struct{}, 1),
	}
}

// Write puts samples into the ring and returns how many. It never waits: what
// does not fit is dropped and counted. After CloseWrite it takes nothing and
// counts nothing.
func (r *Ring) Write(samples []int16) (written int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0
	}
	written = r.put(samples)
	r.dropped += int64(len(samples) - written)
	return written
}

// WriteAll puts all samples into the ring and waits for room where needed. The
// error is that of the context, or io.ErrClosedPipe after CloseWrite.
func (r *Ring) WriteAll(ctx context.Context, samples []int16) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.mu.Lock()
		closed := r.closed
		if !closed {
			samples = samples[r.put(samples):]
		}
		r.mu.Unlock()
		switch {
		case closed:
			return io.ErrClosedPipe
		case len(samples) == 0:
			return nil
		}
		select {
		case <-ctx.Done():
		case <-r.writable:
		}
	}
}

// put copies what fits; mu is held.
func (r *Ring) put(samples []int16) int {
	samples = samples[:min(len(samples), len(r.buf)-r.held)]
	end := (r.start + r.held) % len(r.buf)
	n := copy(r.buf[end:], samples)
	copy(r.buf, samples[n:])
	r.held += len(samples)
	signal(r.readable)
	return len(samples)
}

// Read waits for samples and moves up to len(dst) of them to dst. The error is
// io.EOF after CloseWrite, once all samples were read, or that of the context.
func (r *Ring) Read(ctx context.Context, dst []int16) (int, error) {
	if len(dst) == 0 {
		return 0, nil
	}
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		r.mu.Lock()
		n, closed := r.take(dst), r.closed
		r.mu.Unlock()
		switch {
		case n > 0:
			return n, nil
		case closed:
			return 0, io.EOF
		}
		select {
		case <-ctx.Done():
		case <-r.readable:
		}
	}
}

// take copies what there is; mu is held.
func (r *Ring) take(dst []int16) int {
	dst = dst[:min(len(dst), r.held)]
	n := copy(dst, r.buf[r.start:])
	copy(dst[n:], r.buf)
	r.start = (r.start + len(dst)) % len(r.buf)
	r.held -= len(dst)
	signal(r.writable)
	return len(dst)
}

// CloseWrite says that no more samples come. It may be called twice.
func (r *Ring) CloseWrite() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	signal(r.readable)
	signal(r.writable)
}

// Dropped is the number of samples that Write had no room for.
func (r *Ring) Dropped() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// signal leaves a token for the waiting side, which looks again at the state.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
