package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"voiceflow/internal/test/await"
)

// TestTerminatedWhileLoading: when SIGTERM comes before vf-transcribe has written anything,
// vf-paste waits for it for longer than for a program that it does not know.
func TestTerminatedWhileLoading(t *testing.T) {
	t.Parallel()
	utterances := filepath.Join(t.TempDir(), "utterances.jsonl")
	detect := exec.Command(filepath.Join(plain(t), "vf-vad"))
	sound, err := os.ReadFile(recording("sentence-01"))
	if err != nil {
		t.Fatal(err)
	}
	detect.Stdin = bytes.NewReader(sound)
	lines, err := detect.Output()
	if err != nil {
		t.Fatal(err)
	}
	write(t, utterances, string(lines))
	in, err := os.Open(utterances)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	transcribe := group(t, filepath.Join(plain(t), "vf-transcribe"), "-m", filepath.Join(root, "testdata/model/vf-demo.en.bin"))
	transcribe.Stdin, transcribe.Stdout = in, w
	paste := group(t, filepath.Join(plain(t), "vf-paste"), "--method", "stdout")
	paste.Stdin, paste.Stdout, paste.Stderr = r, &out, &log
	for _, cmd := range []*exec.Cmd{transcribe, paste} {
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
	}
	// A model that takes long to load.
	if err := transcribe.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteString("\n"); err != nil {
		t.Fatal(err)
	}
	await.True(t, "vf-paste to read", func() bool {
		n, err := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ)
		return err == nil && n == 0
	})
	r.Close()
	w.Close()
	interrupt(t, paste, syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- paste.Wait() }()
	select {
	case err := <-ended:
		t.Fatalf("vf-paste did not wait: %v, %s", err, &log)
	case <-time.After(6 * time.Second): // it waits 5 for other programs
	}
	if err := transcribe.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || out.String() != "my brother will call you tomorrow morning\n" {
		t.Errorf("%v: %q, %s", err, &out, &log)
	}
	if code := await.Exit(t, transcribe, await.Patience); code != 0 {
		t.Errorf("vf-transcribe: exit code %d", code)
	}
}
