//go:build unix

package logrecord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
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

// A line that only partly fits into a pipe does not spoil the next one.
func TestHalfLine(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	log, err := openRotated(fmt.Sprint("/dev/fd/", w.Fd()), maxSize, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Write([]byte(strings.Repeat("x", 1<<20) + "\n")); err == nil {
		t.Fatal("the pipe takes 1 MB")
	}
	read := make(chan string)
	go func() {
		data, _ := io.ReadAll(r)
		read <- string(data)
	}()
	for _, line := range []string{"first\n", "second\n"} {
		if n, err := log.Write([]byte(line)); err != nil || n != len(line) {
			t.Errorf("%q: %d bytes, %v", line, n, err)
		}
	}
	log.Close()
	w.Close()
	if all := <-read; !strings.HasSuffix(all, "x\nfirst\nsecond\n") {
		t.Errorf("the end is %q", all[max(len(all)-30, 0):])
	}
}

// A log that is a link is rotated where the link leads, and the link stays.
func TestLinkedLog(t *testing.T) {
	dir := t.TempDir()
	link, real := filepath.Join(dir, "a.log"), filepath.Join(dir, "disk", "b.log")
	if err := errors.Join(os.Mkdir(filepath.Dir(real), 0o700), os.Symlink(real, link)); err != nil {
		t.Fatal(err)
	}
	if err := writeLines(link, "w", 100, 500, 0); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(link); err != nil || target != real {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	there, _ := filepath.Glob(filepath.Join(dir, "disk", "b-*.log"))
	here, _ := filepath.Glob(filepath.Join(dir, "a-*.log"))
	if len(there) == 0 || len(here) > 0 {
		t.Errorf("old logs: %d where the link leads, %d next to it", len(there), len(here))
	}
}

// A descriptor is never rotated.
func TestDescriptorLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := writeLines(fmt.Sprint("/dev/fd/", f.Fd()), "w", 100, 500, 0); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || strings.Count(string(data), "\n") != 100 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	// Both write from where the file stands.
	if _, err := f.WriteString("the end\n"); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || strings.Count(string(data), "\n") != 101 {
		t.Errorf("overwritten: %d bytes, %v", len(data), err)
	}
}
