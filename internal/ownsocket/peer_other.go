//go:build !linux && !darwin && !freebsd

package ownsocket

import "errors"

// peerUser fails: such a system does not say who is at the other end of a Unix socket.
func peerUser(uintptr) (uint32, error) { return 0, errors.ErrUnsupported }
