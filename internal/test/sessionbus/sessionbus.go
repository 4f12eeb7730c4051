// Package sessionbus starts a D-Bus session bus for a test.
package sessionbus

import (
	"bufio"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"voiceflow/internal/test/machine"
)

// Start starts a bus that ends with the test, and returns its address.
func Start(t testing.TB) string {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		machine.Lacks(t, "D-Bus session bus", fmt.Errorf("%w; make test installs dbus-daemon", err))
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		machine.Lacks(t, "D-Bus session bus", fmt.Errorf("dbus-daemon does not start: %w", err))
	}
	return strings.TrimSpace(address)
}
