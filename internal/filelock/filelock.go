// Package filelock locks open files, so that one process at a time changes what they stand
// for. A lock ends when its file is closed, also by the end of the process, so no stale lock
// remains.
package filelock

import (
	"errors"
	"os"
)

// ErrHeld means that another open file has the lock.
var ErrHeld = errors.New("locked by another process")

// Wait waits until no other open file has the lock. Its error is errors.ErrUnsupported where
// there are no locks, as on some cluster file systems.
func Wait(f *os.File) error { return lock(f, true) }

// Try is Wait, except that it does not wait: it fails with [ErrHeld].
func Try(f *os.File) error { return lock(f, false) }
