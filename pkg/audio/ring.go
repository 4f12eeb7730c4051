package audio

import (
	"context"
	"io"
	"sync"
)

// Ring passes samples from one goroutine, such as a real-time audio callback,
// to another, such as a writer to disk. Its capacity is fixed. Samples that do
// not fit are dropped, but keep their place: the reader gets as many zeros,
// which is silence, instead.
//
// Only one goroutine may write at a time, and only one may read; Dropped and
// CloseWrite may be called from any goroutine.
type Ring struct {
	mu       sync.Mutex // locked only while samples are copied
	buf      []int16
	start    int   // index of the oldest sample in buf
	buffered int   // samples in buf
	consumed int64 // samples taken out of buf so far
	gaps     []gap // oldest first
	dropped  int64
	dropping bool // the last samples were dropped
	closed   bool

	readable chan struct{} // holds a token when there may be something to read
	writable chan struct{} // holds a token when there may be room to write
}

// gap is a place where samples are missing.
type gap struct {
	at int64 // samples of buf before it, counted from the beginning
	n  int64 // missing samples
}

// maxResume keeps the number of gaps small: after samples were dropped, an
// eighth of the ring, but at most this many samples, must be free before the
// ring accepts samples again. One long gap is also easier to hear than many
// short ones.
const maxResume = SampleRate

// NewRing returns a ring for capacity samples, at least one, of two bytes each.
func NewRing(capacity int) *Ring {
	return &Ring{
		buf:      make([]int16, max(capacity, 1)),
		readable: make(chan struct{}, 1),
		writable: make(chan struct{}, 1),
	}
}

// Write puts samples into the ring and returns how many fitted. It never waits:
// the rest is dropped and counted, and so are later samples until there is room
// for a second of audio, or an eighth of a smaller ring. After CloseWrite it
// does nothing.
func (r *Ring) Write(samples []int16) (written int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0
	}
	if r.dropping && len(r.buf)-r.buffered < min(len(r.buf)/8, maxResume) {
		written = 0
	} else {
		written = r.put(samples)
	}
	missing := int64(len(samples) - written)
	r.dropping = missing > 0
	r.dropped += missing
	r.addGap(missing)
	return written
}

// Skip adds a gap of n samples, which are read as zeros but take no room.
// After CloseWrite it does nothing.
func (r *Ring) Skip(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.addGap(n)
	}
}

// addGap adds a gap after the samples in buf; mu is locked.
func (r *Ring) addGap(n int64) {
	at, last := r.consumed+int64(r.buffered), len(r.gaps)-1
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

// WriteAll puts all samples into the ring and waits for room if necessary. The
// error is the context's, or io.ErrClosedPipe after CloseWrite.
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

// put copies as many samples as fit and returns their number; mu is locked.
func (r *Ring) put(samples []int16) int {
	samples = samples[:min(len(samples), len(r.buf)-r.buffered)]
	end := (r.start + r.buffered) % len(r.buf)
	n := copy(r.buf[end:], samples)
	copy(r.buf, samples[n:])
	r.buffered += len(samples)
	signal(r.readable)
	return len(samples)
}

// Read waits for samples and moves up to len(dst) of them to dst. The error is
// io.EOF once all samples before CloseWrite have been read, or the context's.
func (r *Ring) Read(ctx context.Context, dst []int16) (int, error) {
	if len(dst) == 0 {
		return 0, nil
	}
	return r.wait(ctx, func() int { return r.take(dst) })
}

// ReadPart is like Read, but never returns zeros that stand for missing samples
// together with others. It reports which of the two they are.
func (r *Ring) ReadPart(ctx context.Context, dst []int16) (n int, missing bool, err error) {
	if len(dst) == 0 {
		return 0, false, nil
	}
	n, err = r.wait(ctx, func() (n int) {
		if n, missing = r.takePart(dst); n > 0 {
			signal(r.writable)
		}
		return n
	})
	return n, missing, err
}

// wait waits until take, which is called with mu locked, returns samples.
func (r *Ring) wait(ctx context.Context, take func() int) (int, error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		r.mu.Lock()
		n, closed := take(), r.closed
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

// take copies what is available, with gaps as zeros; mu is locked.
func (r *Ring) take(dst []int16) (n int) {
	for n < len(dst) {
		part, _ := r.takePart(dst[n:])
		if part == 0 {
			break
		}
		n += part
	}
	if n > 0 {
		signal(r.writable)
	}
	return n
}

// takePart copies samples up to the next gap, or the zeros of a gap; mu is locked.
func (r *Ring) takePart(dst []int16) (n int, missing bool) {
	if len(r.gaps) > 0 {
		g := &r.gaps[0]
		if g.at == r.consumed {
			dst = dst[:min(int64(len(dst)), g.n)]
			clear(dst)
			if g.n -= int64(len(dst)); g.n == 0 {
				r.gaps = r.gaps[1:]
			}
			return len(dst), true
		}
		dst = dst[:min(int64(len(dst)), g.at-r.consumed)]
	}
	dst = dst[:min(len(dst), r.buffered)]
	if len(dst) > 0 {
		r.copyOut(dst)
	}
	return len(dst), false
}

// copyOut moves samples from buf, which has at least len(dst), to dst; mu is
// locked.
func (r *Ring) copyOut(dst []int16) {
	n := copy(dst, r.buf[r.start:])
	copy(dst[n:], r.buf)
	r.start = (r.start + len(dst)) % len(r.buf)
	r.buffered -= len(dst)
	r.consumed += int64(len(dst))
}

// CloseWrite marks the end of the samples. It may be called twice.
func (r *Ring) CloseWrite() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	signal(r.readable)
	signal(r.writable)
}

// Dropped returns the number of samples that Write had no room for.
func (r *Ring) Dropped() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// signal leaves a token that wakes the waiting side to look at the state again.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
