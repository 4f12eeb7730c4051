package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
)

// TestTail: after Ctrl-C, vf-record continues to record for a while.
func TestTail(t *testing.T) {
	t.Parallel()
	all := pcmOf(t, "timing-rapid")
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		l := recordLive(t, "--tail", "1500ms", "timing-rapid")
		heard := l.read(t, 0.5)
		interrupt(t, l.cmd, sig)
		tail := l.end(t, 0)
		// The sound comes in blocks of 20 ms.
		if seconds := float64(len(tail)) / 2 / audio.SampleRate; seconds < 1.45 || !bytes.HasPrefix(all, append(heard, tail...)) {
			t.Errorf("%v: a tail of %.2f s", sig, seconds)
		}
		if len(heard)+len(tail) == len(all) {
			t.Errorf("%v: vf-record did not stop before the end of the recording", sig)
		}
	}
}

// TestKilled: even after a kill, the file is complete and has its final name.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.wav")
	if err := os.WriteFile(path, []byte("an older recording"), 0o666); err != nil {
		t.Fatal(err)
	}
	l := recordLive(t, "-o", path, "timing-rapid")
	heard := l.read(t, 1)
	interrupt(t, l.cmd, syscall.SIGKILL)
	heard = append(heard, l.end(t, -1)...)

	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("left behind: %v, %v", entries, err)
	}
	wav, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(wav[44:], heard) || !bytes.HasPrefix(pcmOf(t, "timing-rapid"), wav[44:]) {
		t.Errorf("%d bytes were heard, the file has %d", len(heard), len(wav))
	}
	// The header is at most one block behind the content.
	copied := exec.Command("vf-record", "--input", path)
	got, err := copied.Output()
	if err != nil || len(got) < len(heard) || !bytes.HasPrefix(wav[44:], got) {
		t.Errorf("only %d bytes can be read from the file: %v", len(got), err)
	}
}

// TestKilledBeforeSound: if no sample was recorded, an older file with the same name
// is kept.
func TestKilledBeforeSound(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.wav")
	if err := os.WriteFile(path, []byte("an older recording"), 0o666); err != nil {
		t.Fatal(err)
	}
	l := recordLive(t, "--armed", "-o", path, "timing-rapid")
	await.Size(t, l.log, 0)
	interrupt(t, l.cmd, syscall.SIGKILL)
	l.end(t, -1)
	if b, err := os.ReadFile(path); string(b) != "an older recording" {
		t.Errorf("the older file was changed: %d bytes, %v", len(b), err)
	}
}

// TestSecondInterruptKeeps: a second interrupt ends the tail, and the recording is
// kept.
func TestSecondInterruptKeeps(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.wav")
	l := recordLive(t, "--tail", "4s", "-o", path, "timing-rapid")
	heard := l.read(t, 0.5)
	interrupt(t, l.cmd, syscall.SIGINT)
	interrupt(t, l.cmd, syscall.SIGTERM) // a different one, since two of the same kind may arrive as one
	heard = append(heard, l.end(t, 130)...)
	if got := pcmIn(t, path); !bytes.Equal(got, heard) {
		t.Errorf("%d bytes were recorded, the file has %d", len(heard), len(got))
	}
}
