//go:build unix

package wayland

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// checkSystem returns why no display can be opened on this system, or nil.
func checkSystem() error { return nil }

// rightsOf returns the control message that sends file descriptors; none for none.
func rightsOf(fds []int) []byte {
	if len(fds) == 0 {
		return nil
	}
	return syscall.UnixRights(fds...)
}

// rightsSize is the size of the control message with n file descriptors, in bytes.
func rightsSize(n int) int { return syscall.CmsgSpace(n * 4) }

// parseRights returns the file descriptors in control messages, also if an error follows
// them.
func parseRights(oob []byte) (all []int, err error) {
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			return all, err
		}
		all = append(all, fds...)
	}
	return all, nil
}

func closeFD(fd int) { syscall.Close(fd) }

// fileOf returns a received file descriptor as a file with deadlines. They need a
// non-blocking file; if that cannot be set, writing blocks until the reader ends.
func fileOf(fd int, name string) *os.File {
	_ = syscall.SetNonblock(fd, true)
	return os.NewFile(uintptr(fd), name)
}

// now returns the time of an event in milliseconds, from the clock that compositors
// use for the events of other keyboards.
func now() uint32 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		return 0 // without a clock, the order of the events is enough
	}
	return uint32(t.Nano() / int64(time.Millisecond))
}
