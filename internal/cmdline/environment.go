package cmdline

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// fixEnvironment unsets empty VOICEFLOW_ variables, which Environment= in a
// systemd unit may leave behind, and relative XDG_ folders, as their specification
// demands. It sets HOME if it is missing, as it is in system services, or relative.
// Otherwise the user's folders would end up in the root of the file system, or in
// the current folder, where anybody may have put a configuration and models. Child
// processes inherit all of this.
func fixEnvironment() {
	reload := false
	for _, e := range os.Environ() {
		name, value, _ := strings.Cut(e, "=")
		switch {
		case value == "" && strings.HasPrefix(name, "VOICEFLOW_"):
			os.Unsetenv(name)
		case value != "" && isRelativeFolder(name, value):
			os.Unsetenv(name)
			reload = true
		}
	}
	if !filepath.IsAbs(os.Getenv("HOME")) {
		os.Unsetenv("HOME") // user.Current falls back to it
		reload = true
		if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) {
			os.Setenv("HOME", u.HomeDir)
		}
	}
	if reload {
		xdg.Reload()
	}
}

// isRelativeFolder reports whether a variable is one of a user's XDG base folders
// with a relative path. Package xdg expands ~ and $HOME.
func isRelativeFolder(name, value string) bool {
	switch name {
	case "XDG_RUNTIME_DIR":
		return !filepath.IsAbs(value)
	case "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME":
		return !filepath.IsAbs(value) && !strings.HasPrefix(value, "~") && !strings.HasPrefix(value, "$HOME")
	}
	return false
}
