// Package disk finds out how much a user may still write.
package disk

import (
	"errors"

	"github.com/shirou/gopsutil/v4/disk"
)

// ErrUnknown is the error for a file system that does not tell how large it is,
// such as some network and virtual ones.
var ErrUnknown = errors.New("its file system does not tell")

// Free is how many bytes the user may still write on the disk of a folder,
// which must exist.
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
