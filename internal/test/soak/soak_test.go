//go:build linux

package soak

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// soak is a soak under way.
type soak struct {
	*settings
	t         *testing.T
	folder    string
	sentences []sentence
	server    *server
	vitals    *vitals
	report    *report
}

// TestSoak dictates for a while; see the package.
func TestSoak(t *testing.T) {
	s := &soak{settings: readSettings(t), t: t, folder: t.TempDir(), vitals: newVitals(), report: newReport()}
	s.sentences = readSentences(t, s.Root)
	t.Logf("seed %d; repeat it with SOAK_SEED=%d SOAK=%v", s.seed, s.seed, s.length)
	t.Log("clock jumps are left out: the programs count samples, and Go reads the clock where libfaketime cannot change it")
	s.report.load = loadBefore()
	var err error
	if s.server, err = startServer(s.settings, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.server.cmd.Process.Kill() })
	if s.only >= 0 {
		s.session(s.only)
	} else {
		s.all()
	}
	if err := s.server.stop(); err != nil {
		t.Error(err)
	}
	s.report.print(s)
}

// all runs everything at the same time until it is time to end.
func (s *soak) all() {
	ctx, cancel := context.WithTimeout(context.Background(), s.length)
	defer cancel()
	m, err := startMarathon(s.settings, s.t.TempDir())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(m.Kill)
	var together sync.WaitGroup
	together.Go(func() {
		if err := m.run(ctx, s.random(-1), s.sentences); err != nil {
			s.t.Errorf("the marathon: %v", err)
		}
	})
	together.Go(func() { m.disturb(ctx, s.random(-2)) })
	together.Go(func() { s.server.harass(ctx, s.random(-3), func() { s.vitals.drop("child") }) })
	together.Go(func() {
		if err := s.server.ask(ctx, s.random(-4), s.sentences); err != nil {
			s.t.Error(err)
		}
	})
	together.Go(func() {
		s.vitals.watch(ctx, func() map[string]int {
			all := m.pids()
			all["server"], all["child"] = s.server.cmd.Process.Pid, s.server.child()
			return all
		})
	})
	together.Go(func() {
		if err := s.serve(ctx); err != nil {
			s.t.Errorf("the service: %v", err)
		}
	})
	if s.long() {
		desk, stop := s.startSound()
		defer stop()
		together.Go(func() { s.devices(ctx, desk) })
	}
	numbers := make(chan int)
	for range max(2, runtime.NumCPU()/2) {
		together.Go(func() {
			for n := range numbers {
				s.session(n)
			}
		})
	}
	for n := 0; ctx.Err() == nil; n++ {
		select {
		case numbers <- n:
		case <-ctx.Done():
		}
	}
	close(numbers)
	together.Wait()
	s.report.marathon = m
}

// session runs one dictation, which may go wrong, and judges what became of it.
func (s *soak) session(n int) {
	r := s.random(n)
	said, p := pick(r, s.sentences), newPlan(r)
	folder := filepath.Join(s.folder, fmt.Sprint(n))
	a, log, err := s.dictate(folder, said, p)
	if err != nil {
		s.t.Errorf("session %d: %v", n, err)
		return
	}
	v, why := judge(a)
	s.report.add(p, said, v, why)
	if v == broken || s.only >= 0 {
		s.t.Logf("session %d: %s %s\n%s\nspoken    %q\ndelivered %q\nexit codes %v\n%.4000s", n, v, why, p, a.spoken, a.delivered, a.codes, log)
	}
	if v == broken {
		s.t.Errorf("session %d: %s; repeat it with SOAK_SEED=%d SOAK_SESSION=%d", n, why, s.seed, n)
	}
	os.RemoveAll(folder)
}

// dictate sends sentences through a pipeline.
func (s *soak) dictate(folder string, said []sentence, p *plan) (account, string, error) {
	if err := os.MkdirAll(filepath.Join(folder, "full"), 0o700); err != nil {
		return account{}, "", err
	}
	if err := writeWAV(filepath.Join(folder, "said.wav"), said); err != nil {
		return account{}, "", err
	}
	l := newDictation(s.settings, folder, p, s.server.socket())
	if err := l.start(new(strings.Builder)); err != nil {
		return account{}, "", err
	}
	codes, hung := l.end()
	a, err := l.account(texts(said), codes, hung)
	return a, l.Log.String(), err
}

// loadBefore is the load of the machine before the soak, in processors.
func loadBefore() (load float64) {
	data, _ := os.ReadFile("/proc/loadavg") // always there
	_, _ = fmt.Sscan(string(data), &load)
	return load
}
