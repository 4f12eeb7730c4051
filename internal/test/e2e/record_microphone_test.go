package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
)

// TestMicrophoneRecords runs vf-record's microphone modes with a silent microphone.
func TestMicrophoneRecords(t *testing.T) {
	t.Parallel()
	env := startServer(t, "").env
	record := func(args ...string) (out, log string, code int) {
		t.Helper()
		cmd := exec.Command("vf-record", args...)
		cmd.Env = env
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		_ = cmd.Run() // the caller checks the exit code
		return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	}

	out, log, code := record("--list-devices", "--json")
	var devices []struct {
		Index    int
		Name     string
		Channels int
		Default  bool
	}
	if err := json.Unmarshal([]byte(out), &devices); err != nil || code != 0 || log != "" || len(devices) == 0 {
		t.Fatalf("devices: exit code %d, %v, %s%s", code, err, out, log)
	}
	standard := 0
	for _, d := range devices {
		if d.Default {
			standard++
		}
		if d.Name == "" || d.Channels < 1 {
			t.Errorf("incomplete device: %+v", d)
		}
	}
	if standard != 1 || !strings.Contains(out, `"sample_rate":`) || !strings.Contains(out, `"api":"PulseAudio"`) {
		t.Errorf("devices: %s", out)
	}

	out, log, code = record("--check", "--max-duration", "500ms")
	if code != 4 || !strings.HasPrefix(out, "The microphone hears nothing at all") || log != "" {
		t.Errorf("check: exit code %d, %s%s", code, out, log)
	}

	path := filepath.Join(t.TempDir(), "out.wav")
	out, log, code = record("--max-duration", "500ms", "--cue", "print", "-o", path)
	if code != 0 || out != "" || log != "recording\n" {
		t.Errorf("exit code %d, %d bytes of output, %q", code, len(out), log)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 44+audio.SampleRate {
		t.Errorf("half a second: %v, %v", info, err)
	}

	// As with a real-time file, a kill keeps the whole recording.
	killed := filepath.Join(t.TempDir(), "killed.wav")
	cmd := group(t, "vf-record", "-o", killed)
	cmd.Env = env
	start(t, cmd)
	await.Size(t, killed, 44+audio.SampleRate)
	interrupt(t, cmd, syscall.SIGKILL)
	await.Exit(t, cmd, await.Patience)
	if got, log, code := record("--input", killed); code != 0 || len(got) < audio.SampleRate/2 {
		t.Errorf("a killed recording: exit code %d, %d bytes, %s", code, len(got), log)
	}
}
