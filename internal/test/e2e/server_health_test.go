package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestServerHealth: vf-health shows a server, checks recordings through it, and raises an
// alert when it is gone.
func TestServerHealth(t *testing.T) {
	t.Parallel()
	s := listen(t)
	health := func(args ...string) (string, int) {
		cmd := exec.Command(filepath.Join(bin, "vf-health"), args...)
		cmd.Env = append(s.env, "HOME="+s.runtime, "XDG_STATE_HOME="+s.runtime)
		out, err := cmd.Output()
		return string(out), exitCode(t, err)
	}
	if code, answer, err := s.upload(recording("sentence-06"), "localhost"); code != 200 || err != nil {
		t.Fatalf("status %d: %s, %v", code, answer, err)
	}
	out, code := health("check", "--connect", "unix:"+s.socket(), recording("sentence-01"))
	if code > 1 || !strings.HasPrefix(out, "VOICEFLOW ") { // a busy machine causes a warning
		t.Errorf("check: exit code %d\n%s", code, out)
	}
	if n := s.metric("voiceflow_server_decodings_total"); n == "" || n == "0" || n == "1" {
		t.Errorf("the check did not use the server: %s decodings", n)
	}
	var seen struct {
		Processes []struct{ Program, Model string }
		Alerts    []struct{ Name, Severity string }
	}
	monitor := func(want int) {
		t.Helper()
		out, code := health("monitor", "--once", "--format", "json")
		if err := json.Unmarshal([]byte(out), &seen); err != nil || code != want {
			t.Errorf("monitor: exit code %d, want %d, %v\n%s", code, want, err, out)
		}
	}
	monitor(0)
	if len(seen.Processes) == 0 || seen.Processes[0].Program != "server" || seen.Processes[0].Model != "vf-demo.en" {
		t.Errorf("programs: %+v", seen.Processes)
	}
	out, _ = health("preflight", "--for", "files")
	if !strings.Contains(out, "ready, vf-demo.en on ") {
		t.Errorf("preflight does not show the server:\n%s", out)
	}
	s.kill()
	monitor(2)
	if len(seen.Alerts) != 1 || seen.Alerts[0].Name != "server" || seen.Alerts[0].Severity != "critical" {
		t.Errorf("alerts: %+v", seen.Alerts)
	}
	if out, _ := health("monitor", "--once", "--format", "json", "--server", "none"); strings.Contains(out, `"server"`) {
		t.Errorf("--server none: %s", out)
	}
}
