// Package resident keeps models loaded while they are in use, for some time
// afterwards, and no more than a number of them at once.
package resident

import (
	"context"
	"sync"
	"time"
)

// Pool holds the models that are loaded. Its fields must not be changed once it is in
// use; its methods may be called by any number of goroutines.
type Pool[T any] struct {
	Open  func(name string) (T, error)
	Close func(T)
	Max   int           // models loaded at once, at least 1
	Idle  time.Duration // after which an unused model is closed; 0: never

	mu      sync.Mutex
	models  map[string]*model[T]
	retired int           // models that are still in use, but will not be used again
	changed chan struct{} // closed when something below may have become possible
}

type model[T any] struct {
	name  string
	ready chan struct{} // closed when the fields below are set
	value T
	err   error

	users   int
	used    time.Time // for the last time
	timer   *time.Timer
	retired bool
}

// State is what a pool is doing.
type State struct {
	Loaded  []string // names
	Loading bool
	Busy    bool // at least one model is in use
}

// State returns what the pool is doing.
func (p *Pool[T]) State() (s State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Busy = p.retired > 0
	for name, m := range p.models {
		select {
		case <-m.ready:
			s.Loaded = append(s.Loaded, name)
		default:
			s.Loading = true
		}
		s.Busy = s.Busy || m.users > 0
	}
	return s
}

// Use returns a model, which it loads if necessary; if too many are loaded, the one
// that has not been used for longest goes first. The caller must call done when it no
// longer uses the model. The error is that of Open or of ctx.
func (p *Pool[T]) Use(ctx context.Context, name string) (value T, done func(), err error) {
	m, err := p.enter(ctx, name)
	if err != nil {
		return value, nil, err
	}
	select {
	case <-m.ready:
	case <-ctx.Done():
		p.leave(m)
		return value, nil, ctx.Err()
	}
	if m.err != nil {
		p.leave(m)
		return value, nil, m.err
	}
	return m.value, sync.OnceFunc(func() { p.leave(m) }), nil
}

// enter counts a user of a model, once there is room for it.
func (p *Pool[T]) enter(ctx context.Context, name string) (*model[T], error) {
	for {
		p.mu.Lock()
		if m := p.models[name]; m != nil {
			m.users++
			m.stopTimer()
			p.mu.Unlock()
			return m, nil
		}
		if len(p.models)+p.retired < max(p.Max, 1) || p.evict() {
			m := p.load(name)
			p.mu.Unlock()
			return m, nil
		}
		changed := p.wake()
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// wake returns a channel that is closed at the next change. The caller holds mu.
func (p *Pool[T]) wake() <-chan struct{} {
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

// load begins to load a model for its first user. The caller holds mu.
func (p *Pool[T]) load(name string) *model[T] {
	m := &model[T]{name: name, ready: make(chan struct{}), users: 2} // the other is this loading
	if p.models == nil {
		p.models = map[string]*model[T]{}
	}
	p.models[name] = m
	go func() {
		m.value, m.err = p.Open(name)
		p.mu.Lock()
		defer p.mu.Unlock()
		if m.err != nil && !m.retired {
			p.retire(m) // the next user tries again
		}
		close(m.ready)
		p.drop(m)
	}()
	return m
}

// announce wakes those who wait for a change. The caller holds mu.
func (p *Pool[T]) announce() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

func (p *Pool[T]) leave(m *model[T]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(m)
}

// drop counts a user of a model less. The last one of a retired model closes it. The
// caller holds mu.
func (p *Pool[T]) drop(m *model[T]) {
	if m.users--; m.users > 0 {
		return
	}
	m.used = time.Now()
	switch {
	case m.retired:
		p.retired--
		p.close(m)
	case p.Idle > 0:
		m.timer = time.AfterFunc(p.Idle, func() { p.expire(m) })
	}
	p.announce()
}

// expire closes a model that has not been used for some time.
func (p *Pool[T]) expire(m *model[T]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.users == 0 && p.models[m.name] == m && time.Since(m.used) >= p.Idle {
		p.retire(m)
		p.announce()
	}
}

// evict closes the model that has not been used for longest. It reports whether there
// was one; all may be in use. The caller holds mu.
func (p *Pool[T]) evict() bool {
	var oldest *model[T]
	for _, m := range p.models {
		if m.users == 0 && (oldest == nil || m.used.Before(oldest.used)) {
			oldest = m
		}
	}
	if oldest == nil {
		return false
	}
	p.retire(oldest)
	return true
}

// retire takes a model out of the pool, and closes it if nobody uses it. The caller
// holds mu.
func (p *Pool[T]) retire(m *model[T]) {
	delete(p.models, m.name)
	m.stopTimer()
	if m.retired = true; m.users > 0 {
		p.retired++
		return
	}
	p.close(m)
}

// close closes a model that nobody uses. The caller holds mu.
func (p *Pool[T]) close(m *model[T]) {
	if m.err == nil {
		p.Close(m.value)
	}
}

func (m *model[T]) stopTimer() {
	if m.timer != nil {
		m.timer.Stop()
		m.timer = nil
	}
}

// Renew makes the next user of each model load it again. Those who use a model now keep
// it until they are done.
func (p *Pool[T]) Renew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.models {
		p.retire(m)
	}
	p.announce()
}

// Shut closes all models and waits until nobody uses any, or until ctx ends, with its
// error.
func (p *Pool[T]) Shut(ctx context.Context) error {
	p.Renew()
	for {
		p.mu.Lock()
		if p.retired == 0 && len(p.models) == 0 {
			p.mu.Unlock()
			return nil
		}
		changed := p.wake()
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
