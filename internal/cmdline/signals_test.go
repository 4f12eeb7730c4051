package cmdline

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// quietSignals returns signals that receive no signals of the process.
func quietSignals(t *testing.T) *signals {
	s := &signals{stop: make(chan struct{}), drained: make(chan struct{}), overdue: make(chan struct{}), finished: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	t.Cleanup(s.cancel)
	return s
}

func TestInputPassesOn(t *testing.T) {
	want := strings.Repeat("all of it ", 20000)
	got, err := io.ReadAll(quietSignals(t).reader(strings.NewReader(want)))
	if err != nil || string(got) != want {
		t.Errorf("%d of %d bytes, %v", len(got), len(want), err)
	}
}

func TestInputCancelled(t *testing.T) {
	s := quietSignals(t)
	r, w := io.Pipe() // never written to
	defer w.Close()
	ended := make(chan error)
	go func() {
		_, err := s.reader(r).Read(make([]byte, 1))
		ended <- err
	}()
	s.cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a blocked read ended with %v", err)
	}
}

// TestInputDrained checks that a drained reader returns the data waiting in the
// pipe and then ends.
func TestInputDrained(t *testing.T) {
	s := quietSignals(t)
	r, w := io.Pipe()
	defer w.Close()
	in := s.reader(r)
	go func() { _, _ = io.WriteString(w, "early") }()
	buf := make([]byte, 5)
	if _, err := io.ReadFull(in, buf); err != nil || string(buf) != "early" {
		t.Fatalf("%q, %v", buf, err)
	}
	close(s.drained)
	if _, err := in.Read(buf); !errors.Is(err, io.EOF) {
		t.Errorf("a drained reader with idle input returned %v", err)
	}
}

// TestInputAwaited checks that a drained reader waits while more is sure to come, up to a
// limit, and that a second signal ends that.
func TestInputAwaited(t *testing.T) {
	s := quietSignals(t)
	r, w := io.Pipe()
	defer w.Close()
	looks, end := make(chan bool), make(chan error)
	more := func() bool { return <-looks }
	s.pending.Store(&more)
	s.limit = time.Now().Add(time.Hour)
	close(s.drained)
	in := s.reader(r)
	go func() {
		looks <- true
		looks <- true
		_, err := io.WriteString(w, "late")
		close(looks)
		end <- err
	}()
	buf := make([]byte, 4)
	if _, err := io.ReadFull(in, buf); err != nil || string(buf) != "late" {
		t.Fatalf("%q, %v", buf, err)
	}
	if _, err := in.Read(buf); !errors.Is(err, io.EOF) || !s.cut.Load() || <-end != nil {
		t.Errorf("when nothing is pending: %v", err)
	}

	always := func() bool { return true }
	s.pending.Store(&always)
	s.cut.Store(false)
	s.limit = time.Now().Add(time.Millisecond)
	if _, err := in.Read(buf); !errors.Is(err, io.EOF) || !s.cut.Load() {
		t.Errorf("after the limit: %v", err)
	}
	s.limit = time.Now().Add(time.Hour)
	time.AfterFunc(time.Millisecond, s.cancel)
	if _, err := in.Read(buf); !errors.Is(err, context.Canceled) {
		t.Errorf("after the second signal: %v", err)
	}
}

// TestHangup checks that a closed terminal ends a program as SIGTERM does, even if
// SIGHUP arrives more than once.
func TestHangup(t *testing.T) {
	s := quietSignals(t)
	s.ch = make(chan os.Signal)
	go s.watch()
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGPIPE} { // SIGPIPE only ensures that the second SIGHUP was handled
		select {
		case s.ch <- sig:
		case <-s.ctx.Done():
			t.Fatal("a second hangup counts as a second Ctrl-C")
		}
	}
	<-s.stop
	s.ch <- os.Interrupt
	<-s.ctx.Done()
	<-s.overdue // the program never finishes
}
