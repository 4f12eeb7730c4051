package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
)

// TestHealthLeavesNothingBehind: a check that is stopped, or whose terminal is closed,
// removes its temporary sound files.
func TestHealthLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			temp := t.TempDir()
			cmd := exec.Command(filepath.Join(bin, "vf-health"), "check", "--suite", "performance")
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await.True(t, "the session", func() bool {
				sound, err := filepath.Glob(filepath.Join(temp, "voiceflow-check-*", "session.wav"))
				return err == nil && len(sound) > 0
			})
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code := exitCode(t, cmd.Wait()); code == 0 {
				t.Error("an interrupted check ended with exit code 0")
			}
			left, err := os.ReadDir(temp)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
