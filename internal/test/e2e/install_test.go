package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInstallAndUninstall: an installation works without the checkout, in a folder
// with odd characters, and is removed without a trace.
func TestInstallAndUninstall(t *testing.T) {
	t.Parallel()
	prefix := filepath.Join(t.TempDir(), "a&b")
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("scripts/install.sh", prefix)
	health := filepath.Join(prefix, "bin", "vf-health")
	out := run(health, "check", "--speed-factor", "0.1:0.05", filepath.Join(prefix, "share/voiceflow/recordings/sentence-01.wav"))
	if !strings.HasPrefix(out, "VOICEFLOW OK: ") {
		t.Error(out)
	}
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		page, err := os.ReadFile(filepath.Join(prefix, "share/man/man1", program+".1"))
		if title := ".TH " + strings.ToUpper(strings.ReplaceAll(program, "-", `\-`)) + " 1 "; err != nil || !strings.HasPrefix(string(page), title) {
			t.Errorf("manual page of %s: %v, %.80q", program, err, page)
		}
	}
	for _, name := range []string{"share/doc/voiceflow/operations.md", "share/voiceflow/contrib/systemd/voiceflow-check.service", "bin/voiceflow-dictate"} {
		if _, err := os.Stat(filepath.Join(prefix, name)); err != nil {
			t.Error(err)
		}
	}
	if out := run(filepath.Join(prefix, "bin/voiceflow-dictate"), "setup", "--undo"); !strings.HasPrefix(out, "Nothing to undo") {
		t.Error(out)
	}
	other := filepath.Join(prefix, "bin", "another-program")
	if err := os.WriteFile(other, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	run("scripts/uninstall.sh", prefix)
	var left []string
	err := filepath.WalkDir(prefix, func(path string, _ os.DirEntry, err error) error {
		left = append(left, path)
		return err
	})
	if err != nil || len(left) != 3 || left[2] != other {
		t.Errorf("files left: %q, %v", left, err)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	run("scripts/uninstall.sh", prefix)
	if _, err := os.Stat(prefix); !os.IsNotExist(err) {
		t.Errorf("the folder itself was not removed: %v", err)
	}
}
