// Package xvfb starts X servers for tests.
package xvfb

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/machine"
)

// Start starts a separate X server without a visible screen, which ends with the test. It
// returns the server's display, such as ":3", and its process.
func Start(t testing.TB) (display string, server *os.Process) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// Without -noreset, the server forgets its keyboard layout and the clipboard's
	// owners whenever the last client disconnects.
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-noreset", "-nolisten", "tcp", "-screen", "0", "640x480x24")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	w.Close()
	if err != nil {
		machine.Lacks(t, "X server", fmt.Errorf("%w; make test installs Xvfb", err))
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if err := r.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		machine.Lacks(t, "X server", fmt.Errorf("the server does not start: %w", err))
	}
	return ":" + strings.TrimSpace(number), cmd.Process
}
