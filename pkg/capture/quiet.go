//go:build unix

package capture

import (
	"os"

	"golang.org/x/sys/unix"
)

// quietly runs f with the process's standard error closed to the audio
// libraries: ALSA and JACK write their complaints straight to descriptor 2.
func quietly(f func() error) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return f()
	}
	defer null.Close()
	saved, err := unix.Dup(2)
	if err != nil {
		return f()
	}
	defer unix.Close(saved)
	if err := unix.Dup2(int(null.Fd()), 2); err != nil {
		return f()
	}
	defer func() { _ = unix.Dup2(saved, 2) }() // saved was descriptor 2 a moment ago
	return f()
}
