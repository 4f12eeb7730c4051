package filelock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// open opens the same file again, as another process would.
func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestLock: the second has to wait for the first, and what is locked can still be read.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	if err := Wait(first); err != nil {
		t.Fatal(err)
	}
	if err := Try(second); !errors.Is(err, ErrHeld) {
		t.Fatalf("a second lock: %v", err)
	}
	if _, err := first.WriteString("words"); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "words" {
		t.Errorf("%q, %v", data, err)
	}
	taken := make(chan error)
	go func() { taken <- Wait(second) }()
	select {
	case err := <-taken:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(20 * time.Millisecond): // a Wait that does not wait would have returned
	}
	first.Close()
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	if err := Try(open(t, path)); !errors.Is(err, ErrHeld) {
		t.Errorf("a third lock: %v", err)
	}
}
