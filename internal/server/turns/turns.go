// Package turns decides which client of a recogniser is served next: interactive work
// before batches, and among equals one client after the other, however much each of
// them has queued.
package turns

import (
	"context"
	"sync"
)

// Class is how urgent work is.
type Class int

const (
	Interactive Class = iota // somebody waits for the text
	Batch
	classes
)

// Queue hands out a limited number of turns. It may be used by any number of
// goroutines.
type Queue struct {
	mu      sync.Mutex
	free    int // turns that nobody has
	waiting [classes]ring
}

// New returns a queue that lets a number of workers, at least 1, work at the same time.
func New(workers int) *Queue { return &Queue{free: max(workers, 1)} }

// Waiting returns how many wait for their turn.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for i := range q.waiting {
		n += q.waiting[i].len()
	}
	return n
}

// Wait waits for a turn of a client. The caller must call done when it has ended. The
// error is that of ctx.
func (q *Queue) Wait(ctx context.Context, client string, class Class) (done func(), err error) {
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return q.next, nil
	}
	turn := make(chan struct{})
	q.waiting[class].add(client, turn)
	q.mu.Unlock()
	select {
	case <-turn:
		return q.next, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.waiting[class].remove(client, turn) {
		q.pass() // the turn came at the same moment
	}
	return nil, ctx.Err()
}

// next ends a turn.
func (q *Queue) next() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass()
}

// pass gives a turn to whoever is next. The caller holds mu.
func (q *Queue) pass() {
	for i := range q.waiting {
		if turn, found := q.waiting[i].take(); found {
			close(turn)
			return
		}
	}
	q.free++
}

// ring holds those who wait in one class, by client, in the order in which the clients
// have their turns.
type ring struct {
	clients []string
	turns   map[string][]chan struct{}
}

func (r *ring) len() (n int) {
	for _, turns := range r.turns {
		n += len(turns)
	}
	return n
}

func (r *ring) add(client string, turn chan struct{}) {
	if r.turns == nil {
		r.turns = map[string][]chan struct{}{}
	}
	if len(r.turns[client]) == 0 {
		r.clients = append(r.clients, client)
	}
	r.turns[client] = append(r.turns[client], turn)
}

// take removes the first turn of the first client, who then goes to the end.
func (r *ring) take() (chan struct{}, bool) {
	if len(r.clients) == 0 {
		return nil, false
	}
	client := r.clients[0]
	r.clients = r.clients[1:]
	turn := r.turns[client][0]
	if rest := r.turns[client][1:]; len(rest) > 0 {
		r.turns[client] = rest
		r.clients = append(r.clients, client)
	} else {
		delete(r.turns, client)
	}
	return turn, true
}

// remove removes a turn and reports whether it was still there.
func (r *ring) remove(client string, turn chan struct{}) bool {
	for i, other := range r.turns[client] {
		if other != turn {
			continue
		}
		rest := append(r.turns[client][:i:i], r.turns[client][i+1:]...)
		if r.turns[client] = rest; len(rest) == 0 {
			delete(r.turns, client)
			for j, name := range r.clients {
				if name == client {
					r.clients = append(r.clients[:j:j], r.clients[j+1:]...)
					break
				}
			}
		}
		return true
	}
	return false
}
