package e2e

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/health/wer"
	"voiceflow/internal/test/await"
)

// TestMicrophone plays speech into a microphone and reads the words: as they come, they
// are the same as from a file of what the microphone heard. Where the first sample falls
// in the speech is chance, and the demo model wavers at one word of one sentence or
// another, so the recording itself is held to one wrong word.
func TestMicrophone(t *testing.T) {
	t.Parallel()
	env := startServer(t, "").env

	list := exec.Command("vf-record", "--list-devices")
	list.Env = env
	var log bytes.Buffer
	list.Stderr = &log
	devices, err := list.Output()
	if err != nil || !strings.Contains(string(devices), "vf.monitor") {
		t.Fatalf("devices: %v\n%s", err, devices)
	}
	if log.Len() > 0 {
		t.Errorf("messages of the audio libraries reach the user: %s", log.String())
	}

	sound := filepath.Join(t.TempDir(), "heard.wav")
	cmd := group(t, "sh", "-c", `vf-record -o - -o "$SOUND" | tee -i /dev/fd/3 | vf-vad | vf-transcribe -f text`)
	cmd.Env = append(env, "SOUND="+sound)
	heard, tee, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer heard.Close()
	cmd.ExtraFiles = []*os.File{tee}
	out := output(t, cmd)
	tee.Close()
	// Speak once the first sample has come.
	if _, err := io.ReadFull(heard, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, heard) }() // ends with the pipeline
	play := exec.Command("paplay", "-d", "vf", recording("timing-rapid"))
	play.Env = env
	if out, err := play.CombinedOutput(); err != nil {
		t.Fatalf("paplay: %v: %s", err, out)
	}
	var got strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		got.WriteString(lines.Text() + "\n")
		if strings.Count(got.String(), "\n") == 4 {
			interrupt(t, cmd, syscall.SIGINT)
		}
	}
	await.Exit(t, cmd, await.Patience)
	want, messages, code := shell(t, env, "vf-vad <'"+sound+"' | vf-transcribe -f text")
	if code != 0 || got.String() != want {
		t.Errorf("got %q, want %q; exit code %d; %s", got.String(), want, code, messages)
	}
	spoken, err := os.ReadFile(strings.TrimSuffix(recording("timing-rapid"), ".wav") + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	if wrong := wer.Compare(string(spoken), want); wrong.Substitutions+wrong.Insertions+wrong.Deletions > 1 {
		t.Errorf("%q is too far from %q", want, spoken)
	}
}

// TestNoMicrophone: without a microphone, there is one clear error line.
func TestNoMicrophone(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("vf-record", "--duration", "1s")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+t.TempDir(), "PULSE_RUNTIME_PATH="+t.TempDir())
	var log bytes.Buffer
	cmd.Stderr = &log
	out, _ := cmd.Output()
	if cmd.ProcessState.ExitCode() != 4 || len(out) > 0 {
		t.Errorf("exit code %d, %d bytes of output", cmd.ProcessState.ExitCode(), len(out))
	}
	if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "microphone") {
		t.Errorf("log: %s", log.String())
	}
}
