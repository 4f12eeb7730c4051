package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checked is the part of a report that the tests read; see docs/checks.md.
type checked struct {
	Status   string
	Device   string
	Findings []struct{ Status, Suite, Check, Subject, What, Remedy string }
	Measures []struct {
		Suite, Name, Subject string
		Value                float64
	}
}

// checks returns the names of the checks with findings, except for "words", which
// other faults affect too.
func (c checked) checks() []string {
	var names []string
	for _, f := range c.Findings {
		if f.Check != "words" && !slices.Contains(names, f.Check) {
			names = append(names, f.Check)
		}
	}
	return names
}

// planted is vf-health with the paths of the real and the faulty programs.
type planted struct {
	health, real, faults string
}

// plant builds the programs without the race detector, since memory and speed are
// judged, and the program with the faults.
func plant(t *testing.T) planted {
	t.Helper()
	faults, err := buildFaults()
	if err != nil {
		t.Fatal(err)
	}
	return planted{health: filepath.Join(plain(t), "vf-health"), real: plain(t), faults: faults}
}

// check runs vf-health check, with a fault in a program unless fault is empty, and
// returns the exit code and the report, as text and parsed.
func (p planted) check(t *testing.T, fault, program, state string, args ...string) (int, string, checked) {
	t.Helper()
	programs := p.real
	if fault != "" {
		programs = t.TempDir()
		for _, name := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"} {
			target := filepath.Join(p.real, name)
			if name == program {
				target = p.faults
			}
			if err := os.Symlink(target, filepath.Join(programs, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	report := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(p.health, append([]string{"check", "--programs", programs, "--state", state}, args...)...)
	cmd.Args = append(cmd.Args, "--format", "json", "--output", report)
	cmd.Env = append(os.Environ(), "FAULT="+fault, "FAULTS_REAL="+p.real)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	code := exitCode(t, cmd.Run())
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("exit code %d, no report: %v\n%s", code, err, &output)
	}
	var c checked
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	if want := map[int]string{0: "OK", 1: "WARNING", 2: "CRITICAL"}[code]; c.Status != want {
		t.Errorf("exit code %d with status %s", code, c.Status)
	}
	return code, string(data), c
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

func timingPatterns(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(recording("timing-*"))
	if err != nil || len(paths) != 5 {
		t.Fatalf("%v, %v", paths, err)
	}
	return paths
}

// TestHealthNamesPlantedFaults checks that each planted fault is found by name, and
// nothing else.
func TestHealthNamesPlantedFaults(t *testing.T) {
	p, patterns := plant(t), timingPatterns(t)
	state := t.TempDir()
	if code, report, _ := p.check(t, "", "", state, append([]string{"--baseline", "save"}, patterns...)...); code != 0 {
		t.Fatalf("healthy: exit code %d\n%s", code, report)
	}
	long := []string{"--suite", "performance"}
	// For faults that show after a few utterances, a short session without the leak
	// and decay checks is enough.
	short := append(long, "--utterances", "40", "--leak", "10MB:20MB", "--decay", "50:90")
	for _, tt := range []struct {
		fault, program string
		args           []string
		code           int
		want           string // the check
		says           string
	}{
		{"", "", append([]string{"--baseline", "compare"}, patterns...), 0, "", ""},
		{"", "", long, 0, "", ""},
		{"clip", "vf-record", patterns, 2, "clipped-start", "clipped start"},
		{"split", "vf-vad", patterns, 2, "split", "8 utterances instead of 4"},
		{"merge", "vf-vad", patterns, 2, "merged", "2 utterances instead of 4"},
		{"contaminate", "vf-transcribe", patterns, 2, "contamination", "words of the previous one"},
		{"contaminate", "vf-transcribe", short, 2, "contamination", "words of the previous one"},
		{"slow", "vf-transcribe", append([]string{"--baseline", "compare"}, patterns...), 2, "regression", "times as slow as the baseline"},
		{"leak", "vf-transcribe", long, 2, "leak", "leak: grows by"},
		{"fail", "vf-transcribe", short, 2, "error-rate", "failed utterances: 10"},
		{"cpu", "vf-transcribe", append([]string{"--device", "gpu"}, patterns...), 2, "device", "GPU requested"},
		{"degrade", "vf-transcribe", patterns, 1, "degraded", "fell back after errors: gpu -> cpu"},
		{"crash", "vf-transcribe", []string{recording("timing-rapid")}, 2, "panic", "vf-transcribe crashed"},
	} {
		t.Run(cmp.Or(tt.fault, "healthy")+"/"+tt.want, func(t *testing.T) {
			code, report, c := p.check(t, tt.fault, tt.program, state, tt.args...)
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			got := c.checks()
			if tt.want == "panic" { // other findings follow from it
				got = slices.DeleteFunc(got, func(s string) bool { return s != "panic" })
			}
			if code != tt.code || !slices.Equal(got, want) || !strings.Contains(report, tt.says) {
				t.Errorf("exit code %d, want %d; findings %v, want %v\n%s", code, tt.code, got, want, report)
			}
		})
	}
	history, err := os.ReadFile(filepath.Join(state, "history", "checks.jsonl"))
	if n := bytes.Count(history, []byte("\n")); err != nil || n != 14 {
		t.Errorf("%d lines of history, want 14; %v", n, err)
	}
}

// TestHealthReadsTheDeviceAskedFor: the configuration can ask for a GPU, as the flag
// can.
func TestHealthReadsTheDeviceAskedFor(t *testing.T) {
	p := plant(t)
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte("[transcribe]\ndevice = \"gpu\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VOICEFLOW_CONFIG", file)
	code, report, c := p.check(t, "cpu", "vf-transcribe", t.TempDir(), recording("sentence-01"))
	if code != 2 || !slices.Equal(c.checks(), []string{"device"}) {
		t.Errorf("exit code %d\n%s", code, report)
	}
}

// TestHealthyInRealTime plays the five timing patterns in real time: healthy
// programs have no findings.
func TestHealthyInRealTime(t *testing.T) {
	t.Parallel()
	p := plant(t)
	code, report, c := p.check(t, "", "", t.TempDir(), "--suite", "timing")
	if code != 0 {
		t.Errorf("exit code %d\n%s", code, report)
	}
	latencies := 0
	for _, m := range c.Measures {
		if m.Name == "latency" && m.Value > 0 {
			latencies++
		}
	}
	if latencies != 6 {
		t.Errorf("%d latencies, want 6: one per recording and one for all", latencies)
	}
}

// TestHealthEdgeCases: the programs handle all edge cases.
func TestHealthEdgeCases(t *testing.T) {
	t.Parallel()
	p := plant(t)
	code, report, c := p.check(t, "", "", t.TempDir(), "--suite", "edge,environment")
	for _, f := range c.Findings {
		if f.Suite == "edge" {
			t.Errorf("exit code %d\n%s", code, report)
			break
		}
	}
	for _, m := range c.Measures {
		if m.Name == "cases" && m.Value < 15 {
			t.Errorf("%v edge cases, want at least 15", m.Value)
		}
	}
	if code, report, c := p.check(t, "invent", "vf-transcribe", t.TempDir(), "--suite", "edge"); code != 2 || len(c.Findings) == 0 {
		t.Errorf("exit code %d\n%s", code, report)
	}
}

// TestHealthOnFullDisk puts the state and the temporary files on a tiny file system.
func TestHealthOnFullDisk(t *testing.T) {
	t.Parallel()
	small := t.TempDir()
	inside := func(script string) *exec.Cmd {
		return exec.Command("unshare", "-rm", "sh", "-c", "set -e; mount -t tmpfs -o size=64k none '"+small+"'; cd '"+small+"'; "+script)
	}
	if out, err := inside("true").CombinedOutput(); err != nil {
		t.Skipf("cannot mount a file system here: %v: %s", err, out)
	}
	health := filepath.Join(bin, "vf-health")
	fill := "mkdir state tmp; cat /dev/zero >fill 2>/dev/null || true; export TMPDIR=$PWD/tmp; "
	for _, tt := range []struct{ name, script, want string }{
		{"history", fill + health + " check --state state " + recording("sentence-01"), "history"},
		{"sound", fill + health + " check --state state --suite performance", "sequence of recordings"},
		{"free space", health + " check --state $PWD/state --suite environment", "disk almost full"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := inside(tt.script).CombinedOutput()
			if code := exitCode(t, err); code != 2 || !strings.HasPrefix(string(out), "VOICEFLOW CRITICAL: ") ||
				!strings.Contains(string(out), "disk") || !strings.Contains(string(out), tt.want) {
				t.Errorf("exit code %d\n%s", code, out)
			}
		})
	}
}
