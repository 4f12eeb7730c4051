//go:build darwin || freebsd

package ownsocket

import "golang.org/x/sys/unix"

// solLocal is the level of options of Unix sockets (SOL_LOCAL in sys/un.h).
const solLocal = 0

// knowsPeers is whether the system reports the user at the other end of a Unix socket.
const knowsPeers = true

// peerUser returns the user at the other end of a Unix socket.
func peerUser(fd uintptr) (uint32, error) {
	peer, err := unix.GetsockoptXucred(int(fd), solLocal, unix.LOCAL_PEERCRED)
	if err != nil {
		return 0, err
	}
	return peer.Uid, nil
}
