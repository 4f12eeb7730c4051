//go:build !unix

package wayland

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// checkSystem returns why no display can be opened: sockets of such a system cannot pass
// file descriptors, which the clipboard and the keyboard's layout are sent in.
func checkSystem() error {
	return fmt.Errorf("not available on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

func rightsOf([]int) []byte { return nil }

func rightsSize(int) int { return 0 }

func parseRights([]byte) ([]int, error) { return nil, nil }

func closeFD(int) {}

func fileOf(fd int, name string) *os.File { return os.NewFile(uintptr(fd), name) }

func now() uint32 { return 0 }
