package cmdline

import (
	"os"
	"os/user"
	"strings"

	"github.com/adrg/xdg"
)

// fixEnvironment unsets empty VOICEFLOW_ variables, which Environment= in a
// systemd unit may leave behind, and sets HOME if it is missing, as it is in
// system services: without it the user's folders would end up in the root of the
// file system. Child processes inherit both.
func fixEnvironment() {
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
