package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
)

// toggle returns the command of one press of the hot key, vf-record --toggle with
// args, and its standard error. Presses with the same folder share a desktop session.
func toggle(t *testing.T, folder string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := group(t, "vf-record", append([]string{"--toggle", "--realtime", "--input", recording("timing-rapid")}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
	var log bytes.Buffer
	cmd.Stderr = &log
	return cmd, &log
}

func start(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// wantQuietEnd checks for exit code 0 and no messages.
func wantQuietEnd(t *testing.T, cmd *exec.Cmd, log *bytes.Buffer) {
	t.Helper()
	if code := await.Exit(t, cmd, await.Patience); code != 0 || log.Len() > 0 {
		t.Errorf("%v: exit code %d, log: %s", cmd.Args, code, log)
	}
}

func TestToggle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "first.wav")
	first, log1 := toggle(t, dir, "-o", path)
	start(t, first)
	await.Size(t, path, 44+audio.SampleRate) // half a second

	second, log2 := toggle(t, dir, "-o", filepath.Join(dir, "second.wav"))
	start(t, second)
	wantQuietEnd(t, second, log2)
	// The first has finished: its file is complete and no longer grows.
	wav, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(pcmOf(t, "timing-rapid"), wav[44:]) || len(pcmIn(t, path)) != len(wav)-44 {
		t.Errorf("the first recording has %d bytes, %v", len(wav), err)
	}
	wantQuietEnd(t, first, log1)
	if after, err := os.ReadFile(path); !bytes.Equal(after, wav) {
		t.Errorf("the first recording grew to %d bytes afterwards, %v", len(after), err)
	}
	if len(wav) >= 44+len(pcmOf(t, "timing-rapid")) {
		t.Error("the first was not stopped")
	}
	if _, err := os.Stat(filepath.Join(dir, "second.wav")); err == nil {
		t.Error("the second press recorded too")
	}
}

// TestToggleAtOnce: when two presses come at the same moment, one records and the
// other stops it.
func TestToggleAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		dir := t.TempDir()
		a, logA := toggle(t, dir, "-o", filepath.Join(dir, "a.wav"))
		b, logB := toggle(t, dir, "-o", filepath.Join(dir, "b.wav"))
		start(t, a)
		start(t, b)
		wantQuietEnd(t, a, logA)
		wantQuietEnd(t, b, logB)
		recorded, err := filepath.Glob(filepath.Join(dir, "*.wav"))
		if err != nil || len(recorded) != 1 {
			t.Errorf("recorded: %q, %v", recorded, err)
		}
	}
}

// TestToggleThrice: two presses during the tail stop the recording once; a
// second interrupt would cut it short, with exit code 130.
func TestToggleThrice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "first.wav")
	first, log1 := toggle(t, dir, "--tail", "2s", "-o", path)
	start(t, first)
	await.Size(t, path, 44+2)
	second, log2 := toggle(t, dir, "-o", filepath.Join(dir, "second.wav"))
	third, log3 := toggle(t, dir, "-o", filepath.Join(dir, "third.wav"))
	start(t, second)
	start(t, third)
	wantQuietEnd(t, first, log1)
	wantQuietEnd(t, second, log2)
	wantQuietEnd(t, third, log3)
	if wav, err := os.ReadFile(path); len(wav) < 44+2*2*audio.SampleRate*95/100 {
		t.Errorf("the tail was cut short: %d bytes, %v", len(wav), err)
	}
}

// TestToggleAfterKill: the next recording works after one that was killed.
func TestToggleAfterKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "first.wav")
	first, _ := toggle(t, dir, "-o", path)
	start(t, first)
	await.Size(t, path, 44+2)
	interrupt(t, first, syscall.SIGKILL)
	if code := await.Exit(t, first, await.Patience); code != -1 {
		t.Fatalf("exit code %d of a killed program", code)
	}
	next := filepath.Join(dir, "next.wav")
	second, log1 := toggle(t, dir, "--max-duration", "100ms", "-o", next)
	start(t, second)
	wantQuietEnd(t, second, log1)
	if info, err := os.Stat(next); err != nil || info.Size() != 44+2*audio.SampleRate/10 {
		t.Errorf("the next recording: %v, %v", info, err)
	}
}

// TestTogglePipeline: a pipeline that only stops another recording succeeds without
// output.
func TestTogglePipeline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, log1 := toggle(t, dir)
	out := output(t, first)
	if _, err := io.ReadFull(out, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process

	cmd := group(t, "bash", "-c", `set -o pipefail
		vf-record --toggle | vf-vad | vf-transcribe -f text | vf-paste --input text --method stdout`)
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+dir)
	var typed, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &typed, &log
	start(t, cmd)
	if code := await.Exit(t, cmd, await.Patience); code != 0 || typed.Len() > 0 || bytes.Contains(log.Bytes(), []byte(`"error"`)) {
		t.Errorf("exit code %d, text %q, log %s", code, &typed, &log)
	}
	wantQuietEnd(t, first, log1)
}
