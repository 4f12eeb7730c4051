package wholefile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWrite: a link stays one, and a device is never replaced.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Symlink(at("file"), at("link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("file"), []byte("old and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("new/later", at("dangling")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{at("new/file"), at("file"), at("link"), at("dangling")} {
		if err := Write(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != path {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	if target, err := os.Readlink(at("link")); err != nil || target != at("file") {
		t.Errorf("the link is one no more: %q, %v", target, err)
	}
	if _, err := os.Lstat(at("new/later")); err != nil {
		t.Errorf("where a link leads to nothing was made: %v", err)
	}
	pipe, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if err := os.Symlink(fmt.Sprint("/dev/fd/", w.Fd()), at("device")); err != nil {
		t.Fatal(err)
	}
	err = Write(at("device"), []byte("report"), 0o600)
	w.Close()
	got := make([]byte, 100)
	n, _ := pipe.Read(got)
	if _, readError := os.Readlink(at("device")); err != nil || readError != nil || string(got[:n]) != "report" {
		t.Errorf("%q, %v, %v", got[:n], err, readError)
	}
	if err := Write(dir, nil, 0o600); err == nil {
		t.Error("a folder was replaced")
	}
}

// TestLongName: a name that fits can be written, though nothing fits behind it.
func TestLongName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("n", 255))
	for _, text := range []string{"first", "second"} {
		if err := Write(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%q, %v", data, err)
		}
	}
	// The permissions that somebody gave it stay.
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o604 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := Write(path+"n", nil, 0o640); !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("a name too long: %v", err)
	}
	if err := Write(dir, nil, 0o640); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("a folder: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("something was left: %v, %v", entries, err)
	}
}
