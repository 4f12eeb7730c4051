package ownsocket

import "golang.org/x/sys/unix"

// knowsPeers is whether the system reports the user at the other end of a Unix socket.
const knowsPeers = true

// peerUser returns the user at the other end of a Unix socket.
func peerUser(fd uintptr) (uint32, error) {
	peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return peer.Uid, nil
}
