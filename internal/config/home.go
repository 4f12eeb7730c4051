package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ExpandHome replaces a leading ~ in a path by the user's home, as a shell does.
// It returns an error for other users' homes and variables, which a shell would
// expand, rather than accept a folder with such an odd name. For a file that is
// really named like that, write ./~name or ./$name.
func ExpandHome(path string) (string, error) {
	switch {
	case path == "~", strings.HasPrefix(path, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("%q: cannot find your home folder: %w; write the full path", path, err)
		}
		return filepath.Join(home, path[1:]) + trailingSlash(path[1:]), nil
	case strings.HasPrefix(path, "~"):
		return "", fmt.Errorf("%q: only ~/ is expanded, to your own home; "+
			"write the full path, or ./%s for a file with that name", path, path)
	case strings.HasPrefix(path, "$"):
		return "", fmt.Errorf("%q: variables are not expanded here; "+
			"write ~/ for your home, the full path, or ./%s for a file with that name", path, path)
	}
	return path, nil
}

// trailingSlash returns the trailing slash of a path, if any. filepath.Join drops
// it, but it marks a folder.
func trailingSlash(path string) string {
	if len(path) > 1 && strings.HasSuffix(path, "/") {
		return "/"
	}
	return ""
}
