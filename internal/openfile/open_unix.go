//go:build unix

package openfile

import (
	"io/fs"
	"os"
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
