package e2e

import (
	"os/exec"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/event"
)

// TestFollowStatus: --status --follow shows every change, of one recorder after another.
// While the recorder waits with a closed microphone, the sound server has no recording.
func TestFollowStatus(t *testing.T) {
	t.Parallel()
	d := &desk{server: startServer(t, exact)}
	follow := group(t, "vf-record", "--status", "--follow", "--json")
	follow.Env = d.env
	out := output(t, follow)
	lines := event.NewReader(out)
	next := func(want event.RecorderState) {
		t.Helper()
		var got event.RecorderState
		if lines.Scan() {
			if rec, ok := lines.Record().(*event.Recorder); ok {
				got = rec.State
				if age := time.Since(rec.Since); want != event.RecorderOff && (rec.PID != d.cmd.Process.Pid || age < 0 || age > await.Patience) {
					t.Errorf("%+v", rec)
				}
			}
		}
		if got != want {
			t.Fatalf("state %q, want %q", got, want)
		}
	}
	recordings := func() string {
		t.Helper()
		list := exec.Command("pactl", "list", "short", "source-outputs")
		list.Env = d.env
		text, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	next(event.RecorderOff)
	for range 2 {
		d.arm("--standby", "closed")
		next(event.RecorderArmed)
		if r := recordings(); r != "" {
			t.Errorf("before the press, the sound server has %q", r)
		}
		d.now("--toggle")
		next(event.RecorderRecording)
		if recordings() == "" {
			t.Error("during the dictation, the sound server has no recording")
		}
		d.now("--toggle")
		next(event.RecorderStopping)
		next(event.RecorderArmed)
		await.True(t, "the microphone to be closed", func() bool { return recordings() == "" })
		d.end()
		next(event.RecorderStopping)
		next(event.RecorderOff)
	}
	// It ends with its reader.
	out.Close()
	if code := await.Exit(t, follow, await.Patience); code != 141 {
		t.Errorf("exit code %d", code)
	}
}
