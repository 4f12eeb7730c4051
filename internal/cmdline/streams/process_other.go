//go:build !unix

package streams

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// Restart fails: such a system cannot replace the program of a process.
func Restart([]string) error {
	return fmt.Errorf("a program cannot restart itself on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

// Writable reports whether a file is open. Such a system does not report how it was
// opened, so only a write shows whether it can be written to.
func Writable(f *os.File) bool {
	_, err := f.Stat()
	return err == nil
}
