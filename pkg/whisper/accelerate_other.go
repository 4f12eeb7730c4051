//go:build !linux

package whisper

import "fmt"

func accelerate(string) error {
	return fmt.Errorf("%w: it is used on Linux only; elsewhere libwhisper is fast without it", ErrNoBLAS)
}

func accelerated() bool { return false }

func openBLAS() string { return "" }
