// Package home gives tests of programs a home of their own.
package home

import (
	"testing"

	"github.com/adrg/xdg"
)

// Private makes an empty folder the home, and every XDG base folder, until the test
// ends, and returns it.
func Private(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{
		"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
	} {
		t.Setenv(name, folder)
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return folder
}
