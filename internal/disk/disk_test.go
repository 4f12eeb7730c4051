package disk

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestFree(t *testing.T) {
	if free, err := Free(t.TempDir()); err != nil || free == 0 {
		t.Errorf("%d, %v", free, err)
	}
	if _, err := Free(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	if _, err := os.Stat("/proc/self"); err == nil {
		if _, err := Free("/proc"); !errors.Is(err, ErrUnknown) {
			t.Errorf("/proc: %v", err)
		}
	}
}
