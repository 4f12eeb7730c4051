package pulse

import (
	"net"
	"os"
	"path/filepath"
	"strings"
)

// Addresses returns the network and address of the sockets that PulseAudio clients
// try, which PipeWire also listens on. Root is the folder that contains run.
func Addresses(getenv func(string) string, root string) (found [][2]string) {
	if named := getenv("PULSE_SERVER"); named != "" {
		for _, server := range strings.Fields(named) {
			server = server[strings.LastIndexByte(server, '}')+1:] // {machine}unix:/path
			if rest, isTCP := strings.CutPrefix(server, "tcp:"); isTCP {
				if _, _, err := net.SplitHostPort(rest); err != nil {
					rest = net.JoinHostPort(strings.Trim(rest, "[]"), "4713")
				}
				found = append(found, [2]string{"tcp", rest})
			} else {
				found = append(found, [2]string{"unix", strings.TrimPrefix(server, "unix:")})
			}
		}
		return found
	}
	dirs := []string{
		getenv("PULSE_RUNTIME_PATH"), join(getenv("XDG_RUNTIME_DIR"), "pulse"), filepath.Join(root, "run/pulse"),
	}
	for _, dir := range dirs {
		if dir != "" {
			found = append(found, [2]string{"unix", filepath.Join(dir, "native")})
		}
	}
	// Without a runtime folder, the server creates its own.
	folder := filepath.Join(getenv("HOME"), ".config/pulse")
	entries, _ := os.ReadDir(folder) // none if the folder is missing
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-runtime") {
			found = append(found, [2]string{"unix", filepath.Join(folder, e.Name(), "native")})
		}
	}
	return found
}

func join(dir, name string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, name)
}
