package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/pulse"
	"voiceflow/pkg/audio"
)

// twoTones starts a server with 440 Hz on the sink "desk", whose monitor is the default
// source, 1000 Hz on the sink "sofa", and a microphone that hears the latter.
func twoTones(t *testing.T) *server {
	t.Helper()
	s := startServer(t, "")
	s.kill()
	s.startTones()
	return s
}

func (s *server) startTones() {
	s.t.Helper()
	s.cmd = pulse.Start(s.t, s.env,
		"module-null-sink sink_name=desk norewinds=1 sink_properties=device.description=Desk",
		"module-null-sink sink_name=sofa norewinds=1 sink_properties=device.description=Sofa",
		"module-sine sink=desk frequency=440", "module-sine sink=sofa frequency=1000",
		"module-remap-source source_name=headset master=sofa.monitor source_properties=device.description=Headset")
	standard := exec.Command("pactl", "set-default-source", "desk.monitor")
	standard.Env = s.env
	if out, err := standard.CombinedOutput(); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
}

// vfRecord runs vf-record with additional environment variables.
func (s *server) vfRecord(env []string, args ...string) (out, log string, code int) {
	s.t.Helper()
	cmd := exec.Command("vf-record", args...)
	cmd.Env = append(slices.Clone(s.env), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the caller checks the exit code
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// pitch returns the frequency of a tone, from its zero crossings in the second half.
func pitch(samples []int16) float64 {
	samples = samples[len(samples)/2:]
	rises := 0
	for i := range len(samples) - 1 {
		if samples[i] < 0 && samples[i+1] >= 0 {
			rises++
		}
	}
	return float64(rises) * audio.SampleRate / float64(len(samples))
}

// TestListDevices: the list shows the server's sources with their descriptions, and
// marks monitors and the default.
func TestListDevices(t *testing.T) {
	t.Parallel()
	s := twoTones(t)
	type device struct {
		Index             int
		Name, Description string
		API               string
		Channels          int
		SampleRate        float64 `json:"sample_rate"`
		Default, Monitor  bool
	}
	want := []device{
		{0, "headset", "Headset", "PulseAudio", 2, 44100, false, false},
		{1, "desk.monitor", "Monitor of Desk", "PulseAudio", 2, 44100, true, true},
		{2, "sofa.monitor", "Monitor of Sofa", "PulseAudio", 2, 44100, false, true},
	}
	out, log, code := s.vfRecord(nil, "--list-devices", "--json")
	var got []device
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || log != "" || !slices.Equal(got, want) {
		t.Errorf("exit code %d, %v, %s%s", code, err, out, log)
	}

	out, _, code = s.vfRecord([]string{"PULSE_SOURCE=sofa.monitor"}, "--list-devices")
	table := regexp.MustCompile(`^NUMBER +NAME +API +CHANNELS +RATE +DEFAULT +DESCRIPTION
0 +headset +PulseAudio +2 +44100 +Headset
1 +desk\.monitor +PulseAudio +2 +44100 +Monitor of Desk \(a monitor: .*\)
2 +sofa\.monitor +PulseAudio +2 +44100 +\* +Monitor of Sofa \(a monitor: .*\)
$`)
	if code != 0 || !table.MatchString(out) {
		t.Errorf("exit code %d, %s", code, out)
	}

	out, log, code = s.vfRecord(nil, "--device", "kitchen", "--duration", "1s")
	if code != 4 || out != "" || strings.Count(log, "\n") != 1 ||
		!strings.Contains(log, "headset (Headset); desk.monitor (Monitor of Desk); sofa.monitor (Monitor of Sofa)") {
		t.Errorf("a wrong name: exit code %d, %s", code, log)
	}
	if _, log, code = s.vfRecord(nil, "--device", "sofa", "--channel", "3"); code != 4 || !strings.Contains(log, "channel 3 of 2") {
		t.Errorf("a wrong channel: exit code %d, %s", code, log)
	}
}

// TestDeviceByName: a device can be named in several ways, and is what is recorded.
func TestDeviceByName(t *testing.T) {
	t.Parallel()
	s := twoTones(t)
	for _, tc := range []struct {
		env, device string
		want        float64
	}{
		{"", "", 440},
		{"PULSE_SOURCE=sofa.monitor", "", 1000}, // the user's own choice of the default
		{"", "default", 440},                    // of ALSA
		{"", "sofa.monitor", 1000},
		{"", "monitor of sofa", 1000},
		{"PULSE_SOURCE=sofa.monitor", "desk", 440},
		{"", "2", 1000},
		{"", "head", 1000},
	} {
		out, log, code := s.vfRecord([]string{tc.env}, "--device", tc.device, "--duration", "400ms")
		if got := pitch(samplesOf([]byte(out))); code != 0 || log != "" || math.Abs(got-tc.want) > 10 {
			t.Errorf("%s --device %q: exit code %d, %.0f Hz, want %.0f; %s", tc.env, tc.device, code, got, tc.want, log)
		}
	}
}

// TestDeviceReturns: after the server has restarted, the same source is recorded and not
// the default.
func TestDeviceReturns(t *testing.T) {
	t.Parallel()
	s := twoTones(t)
	r := s.record("--device", "sofa.monitor")
	r.read(second / 2)
	s.kill()
	s.startTones()
	loud := func() bool { return slices.Max(r.heard[len(r.heard)-second/10:]) > 1000 }
	for r.read(second/10) && loud() { // silence fills the gap
	}
	for r.read(second/10) && !loud() {
	}
	r.read(second)
	heard := r.stop(0)
	if before, after := pitch(heard[:second/2]), pitch(heard[len(heard)-second:]); math.Abs(before-1000) > 10 || math.Abs(after-1000) > 10 {
		t.Errorf("%.0f Hz before the restart, %.0f Hz after it; log: %s", before, after, r.log.String())
	}
	logged(t, r.log.String(), "the microphone is back")
}

// TestDevicesWithoutServer: without a sound server, the list shows PortAudio's devices.
func TestDevicesWithoutServer(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	asound := `pcm.!default { type null }
pcm.zeros { type file slave.pcm "null" file "/dev/null" infile "/dev/zero" format "raw" }
`
	if err := os.WriteFile(filepath.Join(home, ".asoundrc"), []byte(asound), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, env: append(os.Environ(), "HOME="+home, "PULSE_RUNTIME_PATH="+home, "XDG_RUNTIME_DIR="+home)}
	out, log, code := s.vfRecord(nil, "--list-devices")
	if code != 0 || log != "" || !regexp.MustCompile(`(?m)^NUMBER +NAME +API +CHANNELS +RATE +DEFAULT$(?s:.*)^\d+ +zeros +ALSA (?s:.*)^\d+ +default +ALSA .*\*$`).MatchString(out) {
		t.Errorf("exit code %d, %s%s", code, out, log)
	}
	if _, log, code = s.vfRecord(nil, "--device", "kitchen"); code != 4 || !strings.Contains(log, "zeros; default") {
		t.Errorf("a wrong name: exit code %d, %s", code, log)
	}
}

// TestCheckCountsDown: on a terminal, a check asks for speech, counts the seconds down,
// and leaves only the verdict, which names the microphone.
func TestCheckCountsDown(t *testing.T) {
	t.Parallel()
	s := twoTones(t)
	reader, screen := terminal(t)
	cmd := exec.Command("vf-record", "--check", "--device", "headset", "--max-duration", "2s")
	cmd.Env, cmd.Stdout, cmd.Stderr = s.env, screen, screen
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	shown, _ := io.ReadAll(reader) // ends with an error: the terminal is gone
	if code := await.Exit(t, cmd, await.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	drawings := strings.Split(strings.ReplaceAll(string(shown), "\r\n", "\n"), "\r\x1b[K")
	if len(drawings) < 10 || drawings[0] != "" {
		t.Fatalf("on the screen: %q", shown)
	}
	form := regexp.MustCompile(`^Speak now: ([0-2]) s  \[#{10,}[-|]+\]$`)
	var seconds string
	last := len(drawings) - 1
	for _, d := range drawings[1:last] {
		m := form.FindStringSubmatch(d)
		if m == nil {
			t.Fatalf("drawn: %q", d)
		}
		if !strings.HasSuffix(seconds, m[1]) {
			seconds += m[1]
		}
	}
	if seconds != "21" && seconds != "210" {
		t.Errorf("counted %s", seconds)
	}
	if !strings.Contains(drawings[last], "\n  microphone   Headset, headset\n  peak ") || strings.Contains(drawings[last], "Speak") {
		t.Errorf("the verdict: %q", drawings[last])
	}

	// Pipes get the verdict alone.
	out, log, code := s.vfRecord(nil, "--check", "--json", "--max-duration", "300ms")
	var v struct {
		Device, Description string
		Monitor             bool
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 || log != "" ||
		v.Device != "desk.monitor" || v.Description != "Monitor of Desk" || !v.Monitor {
		t.Errorf("exit code %d, %v, %s%s", code, err, out, log)
	}
}
