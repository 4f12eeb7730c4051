package cmdline

import (
	"os"
	"os/user"
	"strings"

	"github.com/adrg/xdg"
)

// mendEnvironment makes the environment what the programs, and those that they
// run, take it to be. An empty variable, which a unit's Environment= may leave,
// counts as not set. The system's services have no HOME: without it the user's
// folders would lie in the root of the file system.
func mendEnvironment() {
	for _, e := range os.Environ() {
		if name, value, _ := strings.Cut(e, "="); value == "" && strings.HasPrefix(name, "VOICEFLOW_") {
			os.Unsetenv(name)
		}
	}
	if os.Getenv("HOME") != "" {
		return
	}
	if u, err := user.Current(); err == nil && u.HomeDir != "" {
		os.Setenv("HOME", u.HomeDir)
		xdg.Reload()
	}
}
