package main

import (
	"sync"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// queue passes what is recorded to the outputs, in a goroutine of its own, so that a
// reader that stalls does not delay the effect of a press.
type queue struct {
	out *outputs

	mu      sync.Mutex
	wake    *sync.Cond
	items   []item
	waiting int64 // samples in items
	closed  bool

	room   chan struct{} // holds a token when samples have left
	failed chan error    // receives the first error; what follows is dropped
	done   chan struct{} // closed once everything is written
}

// item is a piece of sound or a mark.
type item struct {
	samples []int16
	mark    *event.Mark
	written func() // called afterwards, unless nil
}

func newQueue(out *outputs) *queue {
	q := &queue{out: out, room: make(chan struct{}, 1), failed: make(chan error, 1), done: make(chan struct{})}
	q.wake = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// push adds an item. It never waits.
func (q *queue) push(i item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, i)
	q.waiting += int64(len(i.samples))
	q.wake.Signal()
}

// full reports whether at least limit samples are waiting.
func (q *queue) full(limit int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting >= limit
}

// close ends the queue. The outputs may be used once done is closed.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Signal()
}

func (q *queue) run() {
	defer close(q.done)
	broken := false
	for {
		i, ok := q.next()
		if !ok {
			return
		}
		if !broken {
			if err := i.write(q.out); err != nil {
				q.failed <- err
				broken = true
			}
		}
		if i.written != nil {
			i.written()
		}
		select {
		case q.room <- struct{}{}:
		default:
		}
	}
}

// next waits for an item and removes it. It returns false at the end.
func (q *queue) next() (item, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		if q.closed {
			return item{}, false
		}
		q.wake.Wait()
	}
	i := q.items[0]
	q.items[0] = item{}
	q.items = q.items[1:]
	q.waiting -= int64(len(i.samples))
	return i, true
}

func (i item) write(out *outputs) error {
	if i.mark != nil {
		return out.mark(i.mark)
	}
	for rest := i.samples; len(rest) > 0; {
		n := min(len(rest), step)
		if err := out.write(rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

const (
	// step is the most samples of one read and one audio record: 100 ms.
	step = audio.SampleRate / 10
	// fileQueue is how many samples of a file may wait for the outputs.
	fileQueue = audio.SampleRate
)
