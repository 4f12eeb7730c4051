//go:build !cgo

package streams

import "os"

func output() *os.File { return os.Stdout }
