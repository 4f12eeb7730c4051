package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCleanUnreadable: a folder that the user cannot read or write is an error that
// names it, and everything else is still cleaned.
func TestCleanUnreadable(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o500, 0} {
		home, env := bareMachine(t)
		tmp := filepath.Join(home, "tmp")
		logs := filepath.Join(home, "log")
		for _, dir := range []string{tmp, logs} {
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		old := time.Now().Add(-90 * 24 * time.Hour)
		for _, path := range []string{filepath.Join(logs, "vf-vad.log.1"), filepath.Join(tmp, "voiceflow-paste-1")} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
		cmd := asNobody(t, append(env, "TMPDIR="+tmp), "clean", "--logs", logs)
		if os.Getuid() == 0 { // the program runs as nobody
			if out, err := exec.Command("chown", "-R", "65534", home).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		if err := os.Chmod(logs, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(logs, 0o700) })
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != 3 || !strings.Contains(stderr.String(), "permission denied") || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("mode %o: exit code %d: %s", mode, got, stderr.String())
		}
		if !strings.Contains(stdout.String(), "voiceflow-paste-1") || !strings.HasSuffix(stdout.String(), "1 removed, 1 B freed\n") {
			t.Errorf("mode %o: %s", mode, stdout.String())
		}
	}
}
