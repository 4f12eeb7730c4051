// Package pulse starts PulseAudio servers for tests.
package pulse

import (
	"errors"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"voiceflow/internal/test/machine"
)

// patience is how long a server may take to answer.
const patience = time.Minute

// Start starts a server with modules, in an environment that has its own HOME,
// PULSE_RUNTIME_PATH and XDG_RUNTIME_DIR, and returns when it answers. The caller stops
// it.
func Start(t testing.TB, env []string, modules ...string) *exec.Cmd {
	t.Helper()
	args := []string{"-n", "--daemonize=no", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"}
	for _, m := range modules {
		args = append(args, "-L", m)
	}
	server := exec.Command("pulseaudio", args...)
	server.Env = env
	if err := server.Start(); err != nil {
		machine.Lacks(t, "PulseAudio", fmt.Errorf("%w; make test installs it", err))
	}
	for deadline := time.Now().Add(patience); ; {
		ask := exec.Command("pactl", "info")
		ask.Env = env
		err := ask.Run()
		if err == nil {
			return server
		}
		if ended(server) || time.Now().After(deadline) {
			Stop(server)
			machine.Lacks(t, "PulseAudio", errors.New("the server does not answer"))
		}
	}
}

// Stop ends a server as a crash would. It may be called twice.
func Stop(server *exec.Cmd) {
	_ = server.Process.Kill()
	_ = server.Wait()
}
