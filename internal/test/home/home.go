// Package home gives tests of programs a home of their own.
package home

import (
	"os"
	"testing"

	"github.com/adrg/xdg"
)

// variables say where a user's files are.
var variables = []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME",
	"XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}

// Environ returns the variables that make a folder the home, and every XDG base folder, of
// a program.
func Environ(folder string) (env []string) {
	for _, name := range variables {
		env = append(env, name+"="+folder)
	}
	return env
}

// Poor returns the environment of a user who has set nothing: a home and a path.
func Poor(folder, path string) []string {
	env := []string{"HOME=" + folder, "PATH=" + path}
	for _, name := range []string{"GORACE", "LD_LIBRARY_PATH"} { // for tests, and where libraries are elsewhere
		if value, found := os.LookupEnv(name); found {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// Private makes an empty folder the home, and every XDG base folder, of the test and its
// programs until the test ends, and returns it.
func Private(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range variables {
		t.Setenv(name, folder)
	}
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	return folder
}
