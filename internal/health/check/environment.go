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

// environment looks at what the programs need beside themselves.
func (c *Checker) environment(_ context.Context, r *Report) error {
	temp := c.Temp
	if temp == "" {
		temp = os.TempDir()
	}
	for _, place := range []struct{ name, folder string }{{"state", c.State}, {"temp", temp}} {
		folder := existing(place.folder)
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

// existing is the nearest folder above that is there already.
func existing(folder string) string {
	for {
		if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}
