package ownsocket

import (
	"net"
	"os"
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
	var user uint32
	var userErr error
	err = raw.Control(func(fd uintptr) { user, userErr = peerUser(fd) })
	return err == nil && userErr == nil && (user == 0 || int(user) == os.Getuid())
}
