//go:build unix

package openfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	noBlock  = syscall.O_NONBLOCK
	noFollow = syscall.O_NOFOLLOW
)

// trustworthy reports whether this user or root owns a file.
func trustworthy(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Geteuid())
}

// sameOwner reports whether two files belong to the same user.
func sameOwner(a, b fs.FileInfo) bool {
	first, ok := a.Sys().(*syscall.Stat_t)
	second, ok2 := b.Sys().(*syscall.Stat_t)
	return ok && ok2 && first.Uid == second.Uid
}

// hasForeignName reports whether a file has several names and this one may have been
// made by another user: it is in a folder that others can write to.
func hasForeignName(file fs.FileInfo, path string) bool {
	stat, ok := file.Sys().(*syscall.Stat_t)
	if !ok || stat.Nlink < 2 || isMagic(path) {
		return false
	}
	folder, err := os.Stat(filepath.Dir(path))
	return err != nil || !trustworthy(folder) || folder.Mode().Perm()&0o022 != 0
}

// isWithoutReader reports whether opening failed because nobody reads a pipe, or
// because the file is a socket.
func isWithoutReader(err error) bool { return errors.Is(err, syscall.ENXIO) }

// OwnedHere reports whether a file belongs to this user or to root, so that what its
// owner has set, such as permissions, can be relied on.
func OwnedHere(info fs.FileInfo) bool { return trustworthy(info) }
