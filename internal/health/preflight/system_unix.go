//go:build unix

package preflight

import "golang.org/x/sys/unix"

// access returns an error if this user cannot read and write a file.
func access(path string) error { return unix.Access(path, unix.R_OK|unix.W_OK) }

// device returns the number of the file system that a folder is in, or 0 if it is unknown.
func device(folder string) uint64 {
	var info unix.Stat_t
	if err := unix.Stat(folder, &info); err != nil {
		return 0
	}
	return uint64(info.Dev)
}
