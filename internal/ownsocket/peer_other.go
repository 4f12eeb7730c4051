//go:build !linux && !darwin && !freebsd

package ownsocket

import "errors"

// knowsPeers is whether the system reports the user at the other end of a Unix socket.
const knowsPeers = false

// peerUser fails.
func peerUser(uintptr) (uint32, error) { return 0, errors.ErrUnsupported }
