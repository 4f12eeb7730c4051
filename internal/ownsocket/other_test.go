//go:build !linux && !darwin && !freebsd

package ownsocket

import (
	"errors"
	"net"
	"path/filepath"
	"testing"
)

// TestNoOwner: no socket is opened whose user cannot be checked.
func TestNoOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.sock")
	if _, err := Listen(path); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Listen: %v", err)
	}
	if _, err := Dial(t.Context(), &net.Dialer{}, path, "test"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Dial: %v", err)
	}
}
