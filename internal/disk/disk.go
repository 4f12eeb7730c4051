// Package disk reports free disk space.
package disk

import (
	"errors"

	"github.com/shirou/gopsutil/v4/disk"
)

// ErrUnknown means that a file system does not report its size, as with some
// network and virtual ones.
var ErrUnknown = errors.New("the file system does not report free space")

// Free returns the number of bytes that the user can still write to the disk of a
// folder, which must exist.
func Free(folder string) (bytes uint64, err error) {
	usage, err := disk.Usage(folder)
	if err != nil {
		return 0, err
	}
	if usage.Total == 0 {
		return 0, ErrUnknown
	}
	return usage.Free, nil
}
