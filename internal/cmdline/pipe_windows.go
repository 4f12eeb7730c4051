package cmdline

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// isBrokenPipe reports whether a write failed because the reader of the pipe has ended.
func isBrokenPipe(err error) bool {
	return errors.Is(err, windows.ERROR_NO_DATA) || errors.Is(err, windows.ERROR_BROKEN_PIPE) ||
		errors.Is(err, syscall.EPIPE)
}
