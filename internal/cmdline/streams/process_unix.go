//go:build unix

package streams

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Restart starts the program again in the same process, with another environment. It
// returns only if that fails.
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
