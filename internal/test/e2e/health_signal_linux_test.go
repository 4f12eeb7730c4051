package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"voiceflow/internal/health/peer"
	"voiceflow/internal/test/await"
)

// TestCheckIsOutOfReach: a signal to a dictation's recorder by name does not reach the
// recorder of a running check.
func TestCheckIsOutOfReach(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	check := exec.Command("vf-health", "check", "--realtime", "--format", "json", recording("sentence-01"))
	check.Env = append(os.Environ(), "TMPDIR="+folder)
	var out strings.Builder
	check.Stdout = &out
	if err := check.Start(); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	await.Nil(t, func() error {
		for _, pid := range peer.Family(int32(check.Process.Pid)) {
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // it may have ended
			names[strings.TrimSpace(string(name))] = true
		}
		if !names["vf-check-record"] {
			return fmt.Errorf("no recorder among %v", names)
		}
		return nil
	})
	if out, err := exec.Command("pkill", "-INT", "-x", "-P", fmt.Sprint(check.Process.Pid), "vf-record").CombinedOutput(); err == nil {
		t.Errorf("the recorder was found by its name: %s", out)
	}
	err := check.Wait()
	if code := exitCode(t, err); code > 1 || !strings.Contains(out.String(), `"wer"`) {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
