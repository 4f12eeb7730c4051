package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"voiceflow/pkg/audio"
)

// toggle is one press of the hot key: vf-record --toggle with args, on a
// desktop of its own in folder.
func toggle(t *testing.T, folder string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := group(t, "vf-record", append([]string{"--toggle", "--realtime", "--input", recording("timing-rapid")}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
	var said bytes.Buffer
	cmd.Stderr = &said
	return cmd, &said
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

// wantQuietEnd wants exit code 0 and nothing said.
func wantQuietEnd(t *testing.T, cmd *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	if code := wait(t, cmd, patience); code != 0 || said.Len() > 0 {
		t.Errorf("%v: exit code %d, %s", cmd.Args, code, said)
	}
}

func TestToggle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "first.wav")
	first, said := toggle(t, dir, "-o", path)
	start(t, first)
	awaitSize(t, path, 44+audio.SampleRate) // half a second

	second, said2 := toggle(t, dir, "-o", filepath.Join(dir, "second.wav"))
	start(t, second)
	wantQuietEnd(t, second, said2)
	// The first has finished: its file is whole now, and grows no more.
	wav, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(pcmOf(t, "timing-rapid"), wav[44:]) || len(pcmIn(t, path)) != len(wav)-44 {
		t.Errorf("the first recording has %d bytes, %v", len(wav), err)
	}
	wantQuietEnd(t, first, said)
	if after, err := os.ReadFile(path); !bytes.Equal(after, wav) {
		t.Errorf("it went on to %d bytes, %v", len(after), err)
	}
	if len(wav) >= 44+len(pcmOf(t, "timing-rapid")) {
		t.Error("the first was not stopped")
	}
	if _, err := os.Stat(filepath.Join(dir, "second.wav")); err == nil {
		t.Error("the second has recorded, too")
	}
}

// TestToggleAtOnce: of two presses at the same moment one records, and the
// other stops it.
func TestToggleAtOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		dir := t.TempDir()
		a, saidA := toggle(t, dir, "-o", filepath.Join(dir, "a.wav"))
		b, saidB := toggle(t, dir, "-o", filepath.Join(dir, "b.wav"))
		start(t, a)
		start(t, b)
		wantQuietEnd(t, a, saidA)
		wantQuietEnd(t, b, saidB)
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
	first, said := toggle(t, dir, "--tail", "2s", "-o", path)
	start(t, first)
	awaitSize(t, path, 44+2)
	second, said2 := toggle(t, dir, "-o", filepath.Join(dir, "second.wav"))
	third, said3 := toggle(t, dir, "-o", filepath.Join(dir, "third.wav"))
	start(t, second)
	start(t, third)
	wantQuietEnd(t, first, said)
	wantQuietEnd(t, second, said2)
	wantQuietEnd(t, third, said3)
	if wav, err := os.ReadFile(path); len(wav) < 44+2*2*audio.SampleRate*95/100 {
		t.Errorf("the recording has no tail: %d bytes, %v", len(wav), err)
	}
}

// TestToggleAfterKill: what a killed recording leaves does not matter.
func TestToggleAfterKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "first.wav")
	first, _ := toggle(t, dir, "-o", path)
	start(t, first)
	awaitSize(t, path, 44+2)
	interrupt(t, first, syscall.SIGKILL)
	if code := wait(t, first, patience); code != -1 {
		t.Fatalf("exit code %d of a killed program", code)
	}
	next := filepath.Join(dir, "next.wav")
	second, said := toggle(t, dir, "--max-duration", "100ms", "-o", next)
	start(t, second)
	wantQuietEnd(t, second, said)
	if info, err := os.Stat(next); err != nil || info.Size() != 44+2*audio.SampleRate/10 {
		t.Errorf("the next recording: %v, %v", info, err)
	}
}

// TestTogglePipeline: the whole pipeline of the call that only stops another
// ends with success and without a word.
func TestTogglePipeline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, said := toggle(t, dir)
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, first)
	if _, err := io.ReadFull(out, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process

	cmd := group(t, "bash", "-c", `set -o pipefail
		vf-record --toggle | vf-vad | vf-transcribe -f text | vf-paste --method stdout`)
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+dir)
	var typed, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &typed, &log
	start(t, cmd)
	if code := wait(t, cmd, patience); code != 0 || typed.Len() > 0 || bytes.Contains(log.Bytes(), []byte(`"error"`)) {
		t.Errorf("exit code %d, text %q, log %s", code, &typed, &log)
	}
	wantQuietEnd(t, first, said)
}
