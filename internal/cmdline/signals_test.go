package cmdline

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// quietSignals is a signals without the process's own.
func quietSignals(t *testing.T) *signals {
	s := &signals{stop: make(chan struct{}), drained: make(chan struct{}), late: make(chan struct{}), over: make(chan struct{})}
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
		t.Errorf("a waiting read ends with %v", err)
	}
}

// TestInputDrained: told to end, a reader takes what is there and waits for no
// more.
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
		t.Errorf("a drained reader whose input is idle says %v", err)
	}
}

// TestHangup: a terminal that is closed ends a program as SIGTERM does, however
// often it says so.
func TestHangup(t *testing.T) {
	s := quietSignals(t)
	s.ch = make(chan os.Signal)
	go s.watch()
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGPIPE} { // the last only to see the one before through
		select {
		case s.ch <- sig:
		case <-s.ctx.Done():
			t.Fatal("a second hangup counts as a second Ctrl-C")
		}
	}
	<-s.stop
	s.ch <- os.Interrupt
	<-s.ctx.Done()
	<-s.late // nothing says that the program is done
}

func TestHangupIsHeeded(t *testing.T) {
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("these tests run under nohup, whose wish is heeded")
	}
	s := watchSignals(true)
	defer s.close()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	<-s.stop
}
