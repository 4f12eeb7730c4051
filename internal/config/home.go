package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ExpandHome is a path whose leading ~ stands for the user's home, as in a
// shell. The rest of what a shell expands, other users' homes and variables, is
// an error rather than a folder of that odd name; a file that is really called so
// is ./~name or ./$name.
func ExpandHome(path string) (string, error) {
	switch {
	case path == "~", strings.HasPrefix(path, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("%q: your home is unknown: %w; write the whole path", path, err)
		}
		return filepath.Join(home, path[1:]) + trailingSlash(path[1:]), nil
	case strings.HasPrefix(path, "~"):
		return "", fmt.Errorf("%q: only ~/ stands for a home, your own; write the whole path, or ./%s for a file of that name", path, path)
	case strings.HasPrefix(path, "$"):
		return "", fmt.Errorf("%q: variables are not expanded here; write ~/ for your home, or the whole path, or ./%s for a file of that name", path, path)
	}
	return path, nil
}

// trailingSlash is what filepath.Join takes away, though it says that a folder
// is meant.
func trailingSlash(path string) string {
	if len(path) > 1 && strings.HasSuffix(path, "/") {
		return "/"
	}
	return ""
}
