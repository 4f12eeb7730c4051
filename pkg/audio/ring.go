package audio

import (
	"context"
	"io"
	"sync"
)

// Ring passes samples from one goroutine, such as a real-time audio callback,
// to one other, such as a writer to disk. It holds a fixed number of samples.
// What it has no room for is lost, but not its place: zeros, which is silence,
// are read there, just as many.
//
// Only one goroutine may write at a time, and only one may read; Dropped and
// CloseWrite may be called from any.
type Ring struct {
	mu      sync.Mutex // held for no longer than it takes to copy samples
	buf     []int16
	start   int   // of the oldest sample in buf
	held    int   // samples in buf
	taken   int64 // samples taken out of buf so far
	gaps    []gap // between them, the oldest first
	dropped int64
	losing  bool // the last samples were dropped
	closed  bool

	readable chan struct{} // holds one token after there was something to read
	writable chan struct{} // holds one token after there was room to write
}

// gap is a place where samples are missing.
type gap struct {
	at int64 // samples of buf before it, from the beginning of the ring
	n  int64 // missing
}

// resume bounds the number of gaps: once samples were dropped, an eighth of
// the ring, but no more than this many samples, must be free before it takes
// samples again. One long gap is also easier to hear than many short ones.
const resume = SampleRate

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
// does not fit is dropped and counted, and so is what follows until a second
// of audio (of a smaller ring, an eighth) fits again. After CloseWrite it takes
// nothing and counts nothing.
func (r *Ring) Write(samples []int16) (written int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0
	}
	if r.losing && len(r.buf)-r.held < min(len(r.buf)/8, resume) {
		written = 0
	} else {
		written = r.put(samples)
	}
	missing := int64(len(samples) - written)
	r.losing = missing > 0
	r.dropped += missing
	r.leave(missing)
	return written
}

// Skip leaves a gap of n samples, which are read as zeros but take no room.
// After CloseWrite it does nothing.
func (r *Ring) Skip(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.leave(n)
	}
}

// leave puts a gap behind the samples in buf; mu is held.
func (r *Ring) leave(n int64) {
	at, last := r.taken+int64(r.held), len(r.gaps)-1
	switch {
	case n <= 0:
		return
	case last >= 0 && r.gaps[last].at == at:
		r.gaps[last].n += n
	default:
		r.gaps = append(r.gaps, gap{at, n})
	}
	signal(r.readable)
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

// take copies what there is, gaps as zeros; mu is held.
func (r *Ring) take(dst []int16) (n int) {
	for n < len(dst) {
		rest := dst[n:]
		if len(r.gaps) > 0 {
			g := &r.gaps[0]
			if g.at == r.taken {
				rest = rest[:min(int64(len(rest)), g.n)]
				clear(rest)
				n += len(rest)
				if g.n -= int64(len(rest)); g.n == 0 {
					r.gaps = r.gaps[1:]
				}
				continue
			}
			rest = rest[:min(int64(len(rest)), g.at-r.taken)]
		}
		rest = rest[:min(len(rest), r.held)]
		if len(rest) == 0 {
			break
		}
		r.copyOut(rest)
		n += len(rest)
	}
	if n > 0 {
		signal(r.writable)
	}
	return n
}

// copyOut takes samples out of buf, which holds that many; mu is held.
func (r *Ring) copyOut(dst []int16) {
	n := copy(dst, r.buf[r.start:])
	copy(dst[n:], r.buf)
	r.start = (r.start + len(dst)) % len(r.buf)
	r.held -= len(dst)
	r.taken += int64(len(dst))
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
