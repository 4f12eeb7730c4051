package e2e

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/home"
	"voiceflow/internal/test/xvfb"
)

// verdict is a line of vf-health preflight --format json.
type verdict struct {
	Type, For, Status string
	Checks            []struct{ Name, Status, Found, Remedy, Advice string }
}

// of returns the status and the text of a check, "" if the check was not made.
func (v verdict) of(name string) (status, text string) {
	for _, c := range v.Checks {
		if c.Name == name {
			return c.Status, c.Found + " -> " + c.Remedy + "; " + c.Advice
		}
	}
	return "", ""
}

// want checks the status of a check and that its text contains words.
func (v verdict) want(t *testing.T, name, status string, words ...string) {
	t.Helper()
	got, text := v.of(name)
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: %q does not contain %q", name, text, w)
		}
	}
	if got != status {
		t.Errorf("%s: %s, want %s: %s", name, got, status, text)
	}
}

// bareMachine returns the environment of a bare machine: empty folders, no sound, no
// display and no model.
func bareMachine(t *testing.T) (folder string, env []string) {
	t.Helper()
	folder = t.TempDir()
	for _, name := range []string{"state", "config", "data", "run"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return folder, append(home.Poor(folder, os.Getenv("PATH")),
		"XDG_STATE_HOME="+folder+"/state", "XDG_CONFIG_HOME="+folder+"/config",
		"XDG_DATA_HOME="+folder+"/data", "XDG_RUNTIME_DIR="+folder+"/run",
	)
}

// preflight runs vf-health preflight and checks that its exit code matches its output.
func preflight(t *testing.T, env []string, args ...string) verdict {
	t.Helper()
	cmd := exec.Command("vf-health", append([]string{"preflight", "--format", "json"}, args...)...)
	cmd.Env = env
	return judged(t, cmd)
}

func judged(t *testing.T, cmd *exec.Cmd) verdict {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	var v verdict
	if err := json.Unmarshal(out, &v); err != nil || v.Type != "preflight" || len(v.Checks) == 0 {
		t.Fatalf("%v: %s%s", err, out, stderr.String())
	}
	worst := map[string]int{"OK": 0, "WARNING": 1, "CRITICAL": 2}
	code := 0
	for _, c := range v.Checks {
		code = max(code, worst[c.Status])
		if (c.Status == "OK") != (c.Remedy == "") || c.Found == "" {
			t.Errorf("%+v", c)
		}
	}
	if got := cmd.ProcessState.ExitCode(); got != code || worst[v.Status] != code || stderr.Len() > 0 {
		t.Errorf("exit code %d and status %s, want code %d; standard error: %s", got, v.Status, code, stderr.String())
	}
	return v
}

// TestPreflightReady: a machine with sound, a display and a model.
func TestPreflightReady(t *testing.T) {
	t.Parallel()
	s := startServer(t, "")
	mic := exec.Command("pactl", "load-module", "module-remap-source", "source_name=mic", "master=vf.monitor",
		"source_properties=device.description=Headset")
	mic.Env = s.env
	if out, err := mic.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	display, _ := xvfb.Start(t)
	home, _ := bareMachine(t)
	models := filepath.Join(home, "data/voiceflow/models")
	if err := os.MkdirAll(models, 0o700); err != nil {
		t.Fatal(err)
	}
	model, err := os.Create(filepath.Join(models, "ggml-base.en.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	if err := model.Truncate(147964211); err != nil { // the right size; the model is not loaded
		t.Fatal(err)
	}
	env := append(s.env, "DISPLAY="+display, "WAYLAND_DISPLAY=", "XDG_STATE_HOME="+home+"/state",
		"XDG_CONFIG_HOME="+home+"/config", "XDG_DATA_HOME="+home+"/data")
	v := preflight(t, env, "--for", "dictation")
	v.want(t, "programs", "OK", "4 programs", bin)
	v.want(t, "gpu", "OK")
	v.want(t, "models", "OK", "base.en")
	v.want(t, "state folder", "OK", home+"/state/voiceflow")
	v.want(t, "config folder", "OK")
	v.want(t, "runtime folder", "OK")
	v.want(t, "configuration", "OK")
	v.want(t, "sound server", "OK", "PulseAudio answers")
	v.want(t, "microphone", "OK", "Headset", "vf-record --check")
	v.want(t, "microphone permission", "OK")
	v.want(t, "sound output", "OK", "vf")
	v.want(t, "typing", "OK", "x11")
	v.want(t, "clipboard", "OK", "xclip")

	// A truncated file is not a model.
	if err := model.Truncate(100); err != nil {
		t.Fatal(err)
	}
	preflight(t, env).want(t, "models", "CRITICAL", "incomplete", "vf-transcribe models pull base.en")

	// Without tools, vf-paste can still type, but there is no clipboard.
	v = preflight(t, append(env, "PATH="+home))
	v.want(t, "typing", "OK", "x11")
	v.want(t, "clipboard", "WARNING", "file", "xclip")
	v.want(t, "microphone", "OK") // even without pactl
}

// TestPreflightMonitor: an input that only records what is played does not count as a
// microphone.
func TestPreflightMonitor(t *testing.T) {
	t.Parallel()
	env := append(startServer(t, "").env, "DISPLAY=", "WAYLAND_DISPLAY=")
	preflight(t, env, "--for", "dictation").want(t, "microphone", "CRITICAL", "only monitors")
	preflight(t, env).want(t, "microphone", "WARNING", "only monitors")
}

// TestPreflightServer: a bare headless machine is ready for files, except for the
// model.
func TestPreflightServer(t *testing.T) {
	t.Parallel()
	_, env := bareMachine(t)
	v := preflight(t, env, "--for", "files")
	v.want(t, "models", "WARNING", "demo model", "vf-transcribe models pull base.en")
	for _, name := range []string{"programs", "models disk", "state folder", "config folder", "configuration"} {
		v.want(t, name, "OK")
	}
	for _, name := range []string{"microphone", "typing", "clipboard", "sound server", "runtime folder"} {
		v.want(t, name, "")
	}
	// Mesa's software device stands in for a GPU.
	preflight(t, append(env, "GGML_VK_VISIBLE_DEVICES=0"), "--for", "files").want(t, "gpu", "OK", "Vulkan0", "llvmpipe")
	v = preflight(t, env)
	for _, name := range []string{"microphone", "typing", "clipboard", "sound server", "sound output"} {
		v.want(t, name, "WARNING")
	}
	v.want(t, "typing", "WARNING", "DISPLAY", "desktop session")
	v = preflight(t, env, "--for", "dictation")
	v.want(t, "microphone", "CRITICAL", "no such input device")
	v.want(t, "typing", "CRITICAL")
}

// TestPreflightModel: the configured model is the one that is checked.
func TestPreflightModel(t *testing.T) {
	t.Parallel()
	home, env := bareMachine(t)
	folder := filepath.Join(home, "config/voiceflow")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	config := func(text string) {
		if err := os.WriteFile(filepath.Join(folder, "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config("[transcribe]\nmodel = \"" + filepath.Join(root, "go.mod") + "\"\n")
	preflight(t, env).want(t, "models", "OK", "go.mod, as configured")
	config("[transcribe]\nprofile = \"balanced\"\n")
	preflight(t, env).want(t, "models", "CRITICAL", "large-v3-turbo", "vf-transcribe models pull large-v3-turbo")
	preflight(t, append(env, "VOICEFLOW_MODEL=/none/ggml.bin")).want(t, "models", "CRITICAL", "/none/ggml.bin")

	// A configuration variant, and an error in a file even though the last valid one is used.
	if err := os.WriteFile(filepath.Join(folder, "config.production.toml"), []byte("[transcribe]\nmodel = \"medium\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	preflight(t, append(env, "VOICEFLOW_ENV=production")).want(t, "models", "CRITICAL", "medium")
	config("[vad]\nmin-silense = \"1s\"\n")
	preflight(t, env).want(t, "configuration", "CRITICAL", "min-silense", "vf-vad")
}

// TestPreflightDeafServer: a sound server that accepts connections but never answers
// does not delay preflight for long.
func TestPreflightDeafServer(t *testing.T) {
	t.Parallel()
	home, env := bareMachine(t)
	for name, text := range map[string]string{".asoundrc": "pcm.!default { type pulse }\nctl.!default { type pulse }\n"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(home, "run/pulse"), 0o700); err != nil {
		t.Fatal(err)
	}
	deaf, err := net.Listen("unix", filepath.Join(home, "run/pulse/native"))
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	began := time.Now()
	v := preflight(t, env, "--for", "dictation")
	if took := time.Since(began); took > time.Minute {
		t.Errorf("preflight took %v, want at most a minute", took)
	}
	v.want(t, "microphone", "CRITICAL")
	v.want(t, "programs", "OK")

	// A socket left behind by a server that has ended.
	deaf.(*net.UnixListener).SetUnlinkOnClose(false)
	deaf.Close()
	preflight(t, env).want(t, "sound server", "WARNING", "refused")
}

// TestPreflightReadOnly: folders that the user cannot write to are reported.
func TestPreflightReadOnly(t *testing.T) {
	t.Parallel()
	home, env := bareMachine(t)
	for _, name := range []string{"state", "config"} {
		if err := os.Chmod(filepath.Join(home, name), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	v := judged(t, asNobody(t, env, "preflight", "--format", "json"))
	v.want(t, "state folder", "CRITICAL", home+"/state/voiceflow is missing and cannot be created")
	v.want(t, "config folder", "WARNING", home+"/config/voiceflow is missing and cannot be created")

	// Even root cannot write here.
	v = preflight(t, append(env, "XDG_STATE_HOME=/proc"))
	v.want(t, "state folder", "CRITICAL", "/proc")
}

// asNobody returns a vf-health command that runs as a user other than root. It makes
// the test's temporary folder accessible to other users.
func asNobody(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		cmd := exec.Command("vf-health", args...)
		cmd.Env = env
		return cmd
	}
	// Other users cannot access the folder of the programs, so copy vf-health.
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "vf-health")
	data, err := os.ReadFile(filepath.Join(bin, "vf-health"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}
