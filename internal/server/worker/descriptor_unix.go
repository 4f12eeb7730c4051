//go:build unix

package worker

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// ownSession makes a child the leader of a session, in which it gets neither Ctrl-C nor the
// end of the terminal, but only orders.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// isListening reports whether a descriptor is a listening socket.
func isListening(fd int) bool {
	on, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
	return err == nil && on != 0
}

// closeOnExec keeps a descriptor from the programs that the child starts.
func closeOnExec(fd int) { syscall.CloseOnExec(fd) }
