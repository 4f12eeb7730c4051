package e2e

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// TestOutputDiskFull: files whose output cannot be written are not decoded, and the
// error gives a remedy.
func TestOutputDiskFull(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if out, err := exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", folder).CombinedOutput(); err != nil {
		t.Skipf("cannot mount a file system here: %v: %s", err, out)
	}
	cmd := exec.Command("unshare", "-rm", "sh", "-c", `set -e
mount -t tmpfs -o size=16k none "$0"; cat /dev/zero >"$0/filler" 2>/dev/null || true
exec vf-transcribe -m "$MODEL" -j 1 -f srt -o "$0" "$@"`, folder, recording("sentence-01"), recording("sentence-02"), recording("sentence-03"))
	cmd.Env = append(cmd.Environ(), "MODEL="+model())
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 5 {
		t.Errorf("exit code %d: %v", code, err)
	}
	// The second line is the end.
	if strings.Count(out.String(), "\n") != 2 || strings.Count(out.String(), `"type":"error"`) != 1 {
		t.Errorf("more than the first file was tried: %s", &out)
	}
	if !strings.Contains(log.String(), "no space left on device") || !strings.Contains(log.String(), "make room") {
		t.Errorf("log: %s", &log)
	}
}
