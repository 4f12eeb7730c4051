package wayland_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"voiceflow/pkg/paste/wayland"
)

func TestServe(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.terminal()
	d := s.open()
	if err := d.Serve(t.Context()); err != nil {
		t.Errorf("with nothing to serve: %v", err)
	}
	s.copy([]byte("precious"), "--type", "text/plain")
	if _, err := d.Paste(t.Context(), pasted, wayland.CtrlShiftV); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := d.Serve(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	done := make(chan error)
	go func() { done <- d.Serve(t.Context()) }()
	s.copy([]byte("newer"), "--type", "text/html")
	if err := <-done; err != nil {
		t.Errorf("after another program took the clipboard: %v", err)
	}
}

func TestServeEndsWithCompositor(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.terminal()
	s.copy([]byte("precious"), "--type", "text/plain")
	d := s.open()
	if _, err := d.Paste(t.Context(), pasted, wayland.CtrlShiftV); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- d.Serve(t.Context()) }()
	if err := s.sway.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("no error from Serve when the compositor died")
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// TestCloseLeavesNothing counts goroutines and open files over several displays.
func TestCloseLeavesNothing(t *testing.T) { // not parallel, since it counts those of the process
	s := startSway(t)
	s.terminal()
	s.copy([]byte("precious"), "--type", "text/plain")
	use := func() {
		d := s.open()
		if err := d.Type(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		if _, err := d.Paste(t.Context(), "text", wayland.CtrlShiftV); err != nil {
			t.Error(err)
		}
		d.Close()
		d.Close()
		if err := d.Type(t.Context(), "b"); !errors.Is(err, wayland.ErrClosed) {
			t.Errorf("Type on a closed display: %v", err)
		}
		s.copy([]byte("precious"), "--type", "text/plain")
	}
	use()
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for range 3 {
		use()
	}
	s.poll("goroutines to end", func() bool { return runtime.NumGoroutine() <= goroutines })
	if now := openFiles(t); now > files {
		t.Errorf("%d files are open, want at most %d as before", now, files)
	}
}

// TestCloseEndsServing has a program that asks for the clipboard but does not read it.
func TestCloseEndsServing(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	d := s.open()
	d.Put(t, map[string]string{"text/plain": strings.Repeat("x", 1<<20)})
	served := make(chan error)
	go func() { served <- d.Serve(t.Context()) }()
	s.start("sh", "-c", "wl-paste | sleep 300")
	s.poll("a program that reads the clipboard", func() bool { return d.Transfers() > 0 })
	start := time.Now()
	d.Close()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Close took %v", took)
	}
	if err := <-served; !errors.Is(err, wayland.ErrClosed) {
		t.Errorf("error is %v, want %v", err, wayland.ErrClosed)
	}
}
