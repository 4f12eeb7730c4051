// Package streams makes closed standard streams behave as closed.
//
// If the caller has closed standard input or output, Go opens /dev/null instead
// before main runs, and output vanishes without an error. In a program that
// imports this package, reading from closed standard input and writing to closed
// standard output fail. A few lines of C, which run before the Go runtime, do
// that; in a program built without cgo, closed streams go unnoticed.
package streams

import (
	"os"

	"golang.org/x/sys/unix"
)

// Writable reports whether a file is open for writing.
func Writable(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	flags := -1
	err = conn.Control(func(fd uintptr) { flags, _ = unix.FcntlInt(fd, unix.F_GETFL, 0) })
	return err == nil && flags >= 0 && flags&unix.O_ACCMODE != unix.O_RDONLY
}
