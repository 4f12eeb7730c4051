package wholefile

import (
	"fmt"
	"os"
	"path/filepath"
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
