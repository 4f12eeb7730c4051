// Package streams keeps a standard stream that the caller has closed from being
// taken for an open one.
//
// Go opens /dev/null in its place before main runs, so that what is written there
// vanishes without an error. A program that imports this package finds a stream
// there with which every read or write fails instead, as one does on a closed
// stream. That takes a few lines of C, which run before Go does; in a program
// built without cgo closed streams stay unnoticed.
package streams

import (
	"os"

	"golang.org/x/sys/unix"
)

// Writable reports whether a file, such as standard output, is open for writing.
func Writable(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	flags := -1
	err = conn.Control(func(fd uintptr) { flags, _ = unix.FcntlInt(fd, unix.F_GETFL, 0) })
	return err == nil && flags >= 0 && flags&unix.O_ACCMODE != unix.O_RDONLY
}
