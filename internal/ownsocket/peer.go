package ownsocket

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// isOwnPeer reports whether the process at the other end of a Unix socket belongs to this
// user or to root.
func isOwnPeer(c net.Conn) bool {
	u, isUnix := c.(*net.UnixConn)
	if !isUnix {
		return false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return false
	}
	var peer *unix.Ucred
	var credError error
	err = raw.Control(func(fd uintptr) {
		peer, credError = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	return err == nil && credError == nil && (peer.Uid == 0 || int(peer.Uid) == os.Getuid())
}
