//go:build unix

package cmdline

import (
	"errors"
	"syscall"
)

// isBrokenPipe reports whether a write failed because the reader of the pipe has ended.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
