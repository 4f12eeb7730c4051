//go:build unix

package bundle

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Only regular files are ever replaced.
func TestNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, link, folder := filepath.Join(dir, "pipe"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Symlink("/dev/null", link), os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	b := &Bundle{made: now}
	for path, want := range map[string]error{pipe: ErrNoFile, link: ErrNoFile, folder: ErrIsADir} {
		before, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, force := range []bool{false, true} {
			if err := b.WriteFile(path, force); !errors.Is(err, want) {
				t.Errorf("%s: %v", path, err)
			}
		}
		if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s was replaced: %v", path, err)
		}
	}
}
