package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/config"
)

// canaries are values that name a person, a recording or a place, in all the forms in which a
// setting may have them.
var canaries = []string{
	"canary", "/data/Frau Canary/canary akte.wav", "~/canary/canary.toml", "auto,canary", "Canary's \"headset\"",
	"https://canary:canary@canary.example:8080/canary?token=canary#canary", "unix:/run/canary/canary.sock", "canary.example:80",
}

// programSettings returns the settings of all programs, from their flags.
func programSettings(t *testing.T) (all []config.Effective) {
	t.Helper()
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		out, err := exec.Command(program, "--config", os.DevNull, "--settings").Output()
		if err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		for line := range bytes.Lines(out) {
			var s config.Effective
			if err := json.Unmarshal(line, &s); err == nil && s.Type == config.SettingType {
				all = append(all, s)
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d settings", len(all))
	}
	return all
}

// TestBundleCanaries: whatever the user writes into any setting, variable, file name or field of a
// log, none of it is in the bundle.
func TestBundleCanaries(t *testing.T) {
	t.Parallel()
	settings := programSettings(t)
	for i, canary := range canaries {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			bundleWith(t, settings, canary)
		})
	}
}

func bundleWith(t *testing.T, settings []config.Effective, canary string) {
	home := filepath.Join(t.TempDir(), "canary")
	folder := filepath.Join(home, ".config/voiceflow")
	logs := filepath.Join(home, "canary logs")
	state := filepath.Join(home, ".local/state")
	file, env := canaryFiles(settings, canary)
	named := filepath.Join(home, "canary.toml")
	for path, content := range map[string]string{
		filepath.Join(folder, "config.toml"): file, filepath.Join(folder, "config.canary.toml"): file, named: file,
		filepath.Join(folder, "config.production.toml"):        file + "\nbroken = = canary\nname \"canary\"\n",
		filepath.Join(logs, "vf-record.log"):                   canaryLog(canary),
		filepath.Join(logs, "vf-canary.log"):                   canaryLog(canary),
		filepath.Join(state, "voiceflow/history/checks.jsonl"): canaryLog(canary),
		filepath.Join(state, "voiceflow/history/canary.jsonl"): canaryLog(canary),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive := filepath.Join(home, "canary.tar.gz")
	env = append(env, "PATH="+os.Getenv("PATH"), "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "XDG_STATE_HOME="+state,
		"XDG_RUNTIME_DIR="+filepath.Join(home, "canary"), "PULSE_SERVER=tcp:canary:4713", "PULSE_SINK=canary", "DISPLAY=canary:0",
		"WAYLAND_DISPLAY=canary", "XDG_SESSION_DESKTOP=canary", "OMP_PLACES=canary", "GORACE="+os.Getenv("GORACE"))
	cmd := exec.Command("vf-health", "--config", named, "bundle", "--since", "876000h", "--logs", logs, "--output", archive)
	cmd.Env, cmd.Dir = env, home
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, list := range []string{"-t", "-xO"} {
		out, err := exec.Command("tar", "-z", list, "-f", archive).Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			if strings.Contains(strings.ToLower(line), "canary") {
				t.Errorf("%s: %s", canary, line)
			}
		}
		if list == "-xO" && (!bytes.Contains(out, []byte("VOICEFLOW_RECORD_OUTPUT=")) || !bytes.Contains(out, []byte("input = "))) {
			t.Errorf("the bundle has no settings: %.3000s", out)
		}
	}
}

// canaryFiles returns a configuration and an environment with the canary in every setting.
func canaryFiles(settings []config.Effective, canary string) (file string, env []string) {
	sections := map[string]map[string]bool{}
	for _, s := range settings {
		section := strings.TrimPrefix(s.Program, "vf-")
		if sections[section] == nil {
			sections[section] = map[string]bool{}
		}
		sections[section][s.Key] = true
		// Those that vf-health bundle itself uses must be valid.
		own := s.Program == "vf-health" && s.Kind != config.Text && s.Kind != config.List ||
			s.Variable == "VOICEFLOW_HEALTH_PROGRAMS" || s.Key == "config" || s.Key == "log-level"
		if s.Variable != "" && !own {
			env = append(env, s.Variable+"="+canary)
		}
	}
	for _, name := range []string{"VOICEFLOW_MODEL", "VOICEFLOW_MODEL_URL", "VOICEFLOW_MODEL_TOKEN", "VOICEFLOW_BACKENDS",
		"VOICEFLOW_RECORD_DURATION", "VOICEFLOW_UNKNOWN", "VOICEFLOW_RECORD_INPT"} {
		env = append(env, name+"="+canary)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "log-file = %q\nlog-level = %q\nunknown = %q\n", canary, canary, canary)
	for section, keys := range sections {
		fmt.Fprintf(&b, "[%s]\n# canary\n", section)
		for key := range keys {
			fmt.Fprintf(&b, "%s = %q\n", key, canary)
		}
	}
	fmt.Fprintf(&b, "[%q]\nname = %q\n", canary+" section", canary)
	return b.String(), env
}

// canaryLog returns log lines with the canary in every field.
func canaryLog(canary string) string {
	fields := []string{"level", "tool", "event", "version", "method", "message", "error", "file", "model", "device", "degraded", "pid", "id",
		"audio_seconds", "text", "suite", "suites", "status", "unit", "check", "name", "subject", "what", "measured", "limit", "findings",
		"measures", "words", "args", "path", "seconds", "rate", "canary"}
	var b strings.Builder
	all := map[string]any{"time": "2026-11-24T10:00:00.000Z"}
	for _, field := range fields {
		for _, value := range []any{canary, []string{canary}, map[string]string{"file": canary, canary: canary},
			[]map[string]any{{"name": canary, "check": canary, "limit": canary}}} {
			line, _ := json.Marshal(map[string]any{"time": "2026-11-24T10:00:00.000Z", "level": "error", field: value})
			b.Write(append(line, '\n'))
		}
		all[field] = canary
	}
	line, _ := json.Marshal(all)
	b.Write(append(line, '\n'))
	b.WriteString(canary + "\n")
	return b.String()
}
