package logrecord

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// Watch reports once that it has caught up: after the existing lines and before any
// new ones.
func TestWatchCatchesUp(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "vf-transcribe.log")
	for n := range 50 {
		write(t, live, line(n, "utterance", "old"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	read, calls := 0, 0
	caughtUp := func() {
		if calls++; read != 50 {
			t.Errorf("caught up after %d records", read)
		}
		write(t, live, line(51, "utterance", "new"))
	}
	for r, err := range Watch(dir, noon, caughtUp)(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; r.Message == "new" {
			write(t, live, line(52, "stopped", "end"))
		}
		if r.Message == "end" {
			break
		}
	}
	if read != 52 || calls != 1 {
		t.Errorf("%d records, caught up %d times", read, calls)
	}
}

// If the folder is missing, Watch has caught up immediately.
func TestWatchWithoutFolder(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for range Watch(filepath.Join(t.TempDir(), "none"), noon, cancel)(ctx) {
	}
	if ctx.Err() != context.Canceled {
		t.Errorf("caughtUp was not called: %v", ctx.Err())
	}
}
