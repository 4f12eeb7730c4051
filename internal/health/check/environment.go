package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/disk"
)

// environment checks the free space for the state and for temporary files.
func (c *Checker) environment(_ context.Context, r *Report) error {
	temp := c.Temp
	if temp == "" {
		temp = os.TempDir()
	}
	for _, place := range []struct{ name, folder string }{{"state", c.State}, {"temp", temp}} {
		folder := existingFolder(place.folder)
		bytes, err := disk.Free(folder)
		if errors.Is(err, disk.ErrUnknown) {
			continue
		}
		if err != nil {
			return fmt.Errorf("free space of %s: %w", folder, err)
		}
		free := float64(bytes) / (1 << 20)
		m := Measure{Environment, "disk-free", place.name, free, MB, &c.Limits.DiskFree}
		r.Cases = append(r.Cases, Case{Suite: Environment, Name: place.name})
		r.judge(m, DiskFree, "disk almost full: %s free in "+strings.ReplaceAll(folder, "%", "%%"))
	}
	return nil
}

// existingFolder returns the folder, or its nearest parent that exists.
func existingFolder(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}
