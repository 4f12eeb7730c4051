//go:build unix

package openfile

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNotRegular(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, link, dir, "/dev/zero"} {
		if f, err := Regular(path); !errors.Is(err, ErrNotRegular) {
			t.Errorf("Regular(%s) = %v, %v", path, f, err)
		}
		for name, open := range map[string]func(string, os.FileMode) (*os.File, error){
			"Append": Append, "ReadWrite": ReadWrite, "New": New,
		} {
			if f, err := open(path, 0o600); err == nil {
				f.Close()
				t.Errorf("%s opened %s", name, path)
			}
		}
	}
}
