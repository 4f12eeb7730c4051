package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
)

// TestBundleInterrupted: half a bundle is useless, so the first Ctrl-C ends vf-health
// bundle without writing one.
func TestBundleInterrupted(t *testing.T) {
	t.Parallel()
	dir, env := bareMachine(t)
	health := filepath.Join(dir, "vf-health")
	data, err := os.ReadFile(filepath.Join(bin, "vf-health"))
	if err != nil {
		t.Fatal(err)
	}
	// The other programs in its folder never answer.
	slow := "#!/bin/sh\ntouch " + filepath.Join(dir, "asked") + "\nexec sleep 600\n"
	for name, content := range map[string]string{"vf-health": string(data), "vf-record": slow, "vf-vad": slow, "vf-transcribe": slow, "vf-paste": slow} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	archive := filepath.Join(dir, "b.tar.gz")
	cmd := exec.Command(health, "bundle", "--output", archive)
	cmd.Env = env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await.True(t, "a question to a program", func() bool {
		_, err := os.Stat(filepath.Join(dir, "asked"))
		return err == nil
	})
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 3 {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(archive); err == nil {
		t.Error("an archive was written")
	}
}
