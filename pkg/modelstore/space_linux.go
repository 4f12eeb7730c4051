package modelstore

import "golang.org/x/sys/unix"

// freeBytes is what a user may still write to the disk of a folder.
func freeBytes(dir string) (uint64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return fs.Bavail * uint64(fs.Bsize), nil
}
