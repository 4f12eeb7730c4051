package logrecord

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// Watch tells once that it has caught up: after what was there, before what
// comes later.
func TestWatchCatchesUp(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "vf-transcribe.log")
	for n := range 50 {
		write(t, live, line(n, "utterance", "old"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	read, told := 0, 0
	caughtUp := func() {
		if told++; read != 50 {
			t.Errorf("caught up after %d readings", read)
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
	if read != 52 || told != 1 {
		t.Errorf("%d readings, told %d times", read, told)
	}
}

// A folder that is not there has nothing to catch up with.
func TestWatchWithoutFolder(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for range Watch(filepath.Join(t.TempDir(), "none"), noon, cancel)(ctx) {
	}
	if ctx.Err() != context.Canceled {
		t.Errorf("not told: %v", ctx.Err())
	}
}
