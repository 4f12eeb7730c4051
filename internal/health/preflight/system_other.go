//go:build !unix

package preflight

import "errors"

// access fails: such a system has no device files.
func access(string) error { return errors.ErrUnsupported }

// device returns 0, as the file system that a folder is in is unknown.
func device(string) uint64 { return 0 }
