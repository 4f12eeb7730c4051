package resident

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// shelf counts what is loaded.
type shelf struct {
	mu             sync.Mutex
	opened, closed []string
	fails          error
	slow           time.Duration
}

func (s *shelf) pool(most int, idle time.Duration) *Pool[string] {
	return &Pool[string]{
		Open: func(name string) (string, error) {
			time.Sleep(s.slow)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.opened = append(s.opened, name)
			return name, s.fails
		},
		Close: func(name string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.closed = append(s.closed, name)
		},
		Max: most, Idle: idle,
	}
}

func use(t *testing.T, p *Pool[string], name string) (done func()) {
	t.Helper()
	value, done, err := p.Use(t.Context(), name)
	if err != nil || value != name {
		t.Fatalf("use %s: %q, %v", name, value, err)
	}
	return done
}

func (s *shelf) wantOpened(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.opened, want) {
		t.Errorf("opened %v, not %v", s.opened, want)
	}
}

func (s *shelf) wantClosed(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.closed, want) {
		t.Errorf("closed %v, not %v", s.closed, want)
	}
}

func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		p := s.pool(1, time.Minute)
		use(t, p, "a")()
		time.Sleep(40 * time.Second)
		use(t, p, "a")()
		time.Sleep(40 * time.Second)
		s.wantClosed(t)
		time.Sleep(time.Minute)
		s.wantClosed(t, "a")
		done := use(t, p, "a") // in use for long
		time.Sleep(time.Hour)
		s.wantOpened(t, "a", "a")
		s.wantClosed(t, "a")
		done()
		if err := p.Shut(t.Context()); err != nil {
			t.Error(err)
		}
		s.wantClosed(t, "a", "a")
	})
}

// TestLeastRecentlyUsed: the model that has not been used for longest makes room, and
// one in use never does.
func TestLeastRecentlyUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		p := s.pool(2, 0)
		doneA := use(t, p, "a")
		use(t, p, "b")()
		time.Sleep(time.Second)
		use(t, p, "c")()
		s.wantClosed(t, "b")
		doneC := use(t, p, "c")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := p.Use(ctx, "d"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no room for d: %v", err)
		}
		got := make(chan struct{})
		go func() {
			use(t, p, "d")()
			close(got)
		}()
		synctest.Wait()
		doneA()
		<-got
		s.wantClosed(t, "b", "a")
		doneC()
	})
}

func TestLoadedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{slow: time.Second}
		p := s.pool(1, 0)
		for range 10 {
			go func() { use(t, p, "a")() }()
		}
		synctest.Wait()
		if state := p.State(); !state.Loading || !state.Busy || len(state.Loaded) > 0 {
			t.Errorf("%+v", state)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.wantOpened(t, "a")
		if state := p.State(); state.Loading || state.Busy {
			t.Errorf("%+v", state)
		}
	})
}

// TestGivenUp: a model whose only user left while it was loaded stays for the next one.
func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{slow: time.Second}
		p := s.pool(1, time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, err := p.Use(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		use(t, p, "b")() // waits for the loading, then takes its place
		s.wantOpened(t, "a", "b")
		s.wantClosed(t, "a")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		s.wantClosed(t, "a", "b")
	})
}

// TestFailure: a model that cannot be loaded is tried again for the next user.
func TestFailure(t *testing.T) {
	s := &shelf{fails: errors.New("no memory")}
	p := s.pool(1, 0)
	for range 2 {
		if _, _, err := p.Use(t.Context(), "a"); !errors.Is(err, s.fails) {
			t.Error(err)
		}
	}
	s.fails = nil
	use(t, p, "a")()
	s.wantOpened(t, "a", "a", "a")
	s.wantClosed(t)
}

// TestRenew: those who use a model keep it, and the next one gets a fresh one.
func TestRenew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		p := s.pool(2, 0)
		done := use(t, p, "a")
		p.Renew()
		s.wantClosed(t)
		use(t, p, "a")()
		s.wantOpened(t, "a", "a")
		done()
		done() // again, without effect
		s.wantClosed(t, "a")
		done = use(t, p, "a")
		ended := make(chan error)
		go func() { ended <- p.Shut(t.Context()) }()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("shut while a model is in use")
		default:
		}
		done()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.wantClosed(t, "a", "a")
	})
}
