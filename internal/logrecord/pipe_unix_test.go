//go:build unix

package logrecord

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe with the name of a log must not block the reader.
func TestPipeIsNotALog(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "a.log")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "b.log"), line(1, "utterance", "1"))
	logs, err := Find(dir)
	if err != nil || len(logs) != 1 {
		t.Errorf("%q, %v", logs, err)
	}
	for r, err := range Files(pipe)(context.Background()) {
		if err == nil || !strings.Contains(err.Error(), "not a file") {
			t.Errorf("%+v, %v", r, err)
		}
	}
}
