// Package streams keeps the standard streams for the program itself.
//
// What a library prints never reaches the caller's standard output, where the next
// program would take it for dictation: in a program that imports this package,
// descriptor 1 leads to standard error, and only [Stdout] leads to standard output.
// Programs that it starts do not inherit it, unless it is given to them.
//
// If the caller has closed standard input or output, Go opens /dev/null instead
// before main runs, and output vanishes without an error. In a program that imports
// this package, reading from closed standard input and writing to closed standard
// output fail.
//
// A few lines of C, which run before the Go runtime and before the constructors of
// shared libraries, do that. They also drop settings of OpenMP that could end the
// program. In a program built without cgo, standard output is shared, and closed
// streams go unnoticed.
package streams

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Stdout returns the caller's standard output. All calls return the same file.
func Stdout() *os.File { return output() }

// Restart replaces the program by itself, with another environment. It returns only if
// that fails.
func Restart(environ []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// Descriptor 1 must not lead there even for a moment: a thread of a library may print.
	if out := int(Stdout().Fd()); out != 1 {
		if _, err := unix.FcntlInt(uintptr(out), unix.F_SETFD, 0); err != nil {
			return err
		}
		defer unix.CloseOnExec(out)
		environ = append(environ, fmt.Sprintf("VOICEFLOW_STDOUT=%d", out)) // see before.c
	}
	return unix.Exec(self, os.Args, environ)
}

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
