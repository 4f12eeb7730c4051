package cmdline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
	"voiceflow/internal/wholefile"
)

// home gives the test its own folders for configuration and state, and returns
// the path of the configuration file.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(xdg.Reload) // runs after the environment is restored
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(dir, "state"))
	xdg.Reload()
	return config.DefaultFile()
}

func TestOrigins(t *testing.T) {
	file := configFile(t, "[sample]\nword = \"file\"\nlist = [\"a\", \"b\"]\nwait = \"3s\"\nsize = 2\n")
	t.Setenv("VOICEFLOW_SAMPLE_LIST", "env")
	command := func() Command {
		c := sample(new(string))
		c.Flags = append(c.Flags, &cli.IntFlag{Name: "size", Value: 5}, &cli.Float64Flag{Name: "ratio", DefaultText: "the profile's"},
			&cli.BoolFlag{Name: "fast"})
		c.Profile = func(*cli.Context) (Profile, error) {
			return Profile{Name: "speed", Values: map[string]string{"ratio": "0.5", "size": "1"}}, nil
		}
		return c
	}
	code, out, log := run(command(), "--config", file, "--word=flag", "--settings")
	if code != OK {
		t.Fatalf("code %d: %s%s", code, out, log)
	}
	got := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(out))
	for dec.More() {
		var e config.Effective
		if err := dec.Decode(&e); err != nil {
			t.Fatal(err)
		}
		got[e.Key] = strings.Join([]string{e.Value, string(e.Origin), e.Place, string(e.Kind), e.Variable}, "|")
	}
	for key, want := range map[string]string{
		"word":  "flag|flag||text|VOICEFLOW_SAMPLE_WORD",
		"list":  "env|environment|VOICEFLOW_SAMPLE_LIST|list|VOICEFLOW_SAMPLE_LIST",
		"wait":  "3s|file|" + file + ": line 4, column 1|duration|VOICEFLOW_SAMPLE_WAIT",
		"size":  "2|file|" + file + ": line 5, column 1|whole number|VOICEFLOW_SAMPLE_SIZE",
		"ratio": "0.5|profile|speed|number|VOICEFLOW_SAMPLE_RATIO",
		"fast":  "false|default||switch|VOICEFLOW_SAMPLE_FAST",
	} {
		if got[key] != want {
			t.Errorf("%s: %s, not %s", key, got[key], want)
		}
	}
	if _, shown := got["config"]; shown {
		t.Error("--config is listed as a setting")
	}
}

// All mistakes are reported, each with its position.
func TestWrongSettings(t *testing.T) {
	file := configFile(t, "log-levle = \"minimal\"\n[sample]\nwait = 3\n  wrod = \"x\"\nword = [\"a\", \"b\"]\n[other]\nx = 1\n")
	code, out, log := run(sample(new(string)), "--config", file, "--settings")
	if code != Usage || log != "" {
		t.Errorf("code %d: %s", code, log)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	want := []string{
		`line 1, column 1: unknown key \"log-levle\" (did you mean \"log-level\"?)`,
		`line 3, column 1: key \"wait\": \"3\" is not a duration with a unit`,
		`line 4, column 3: unknown key \"wrod\"`,
		`line 5, column 1: key \"word\" takes one value`,
		`line 7, column 1: unknown section [other]; the sections are`,
	}
	if len(lines) != len(want) {
		t.Fatalf("%s", out)
	}
	for i := range want {
		if !strings.Contains(lines[i], want[i]) || !strings.HasPrefix(lines[i], `{"type":"error",`) {
			t.Errorf("%s, not %s", lines[i], want[i])
		}
	}
}

// If the file is broken, the last one that worked is used.
func TestLastGoodConfiguration(t *testing.T) {
	file := home(t)
	put := func(text string) {
		t.Helper()
		if err := wholefile.Write(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("[sample]\nword = \"\n")
	var seen string
	if code, _, log := run(sample(&seen)); code != Usage || !strings.Contains(log, "line 2") {
		t.Errorf("broken from the start: code %d, %s", code, log)
	}
	put("[sample]\nword = \"good\"\n")
	if code, _, log := run(sample(&seen)); code != OK || seen != "good[]1s" || log != "" {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
	if backups, err := config.DefaultStore().Backups(config.Place{File: file}); err != nil || len(backups) != 1 || backups[0].Name != time.Now().Format(time.DateOnly) {
		t.Errorf("backups: %v, %v", backups, err)
	}
	for _, broken := range []string{"[sample]\nword = = 1", "[sample]\nwrod = \"x\"", "[sample]\nwait = 3"} {
		put(broken)
		seen = ""
		code, out, log := run(sample(&seen))
		if code != OK || seen != "good[]1s" || out != "" {
			t.Errorf("%q: code %d, %q, output %q", broken, code, seen, out)
		}
		for _, want := range []string{`"level":"error"`, "line ", "last-good", "vf-health config validate"} {
			if !strings.Contains(log, want) {
				t.Errorf("%q: the log lacks %q: %s", broken, want, log)
			}
		}
	}
	// A file named by the user must be valid.
	if code, _, _ := run(sample(&seen), "--config", file); code != Usage {
		t.Errorf("a named file: code %d", code)
	}
}

// Everything --settings prints about the configuration is a typed JSON line.
func TestTypedLines(t *testing.T) {
	file := home(t)
	lines := func(args ...string) (all []string) {
		t.Helper()
		_, out, log := run(sample(new(string)), append(args, "--settings")...)
		if log != "" {
			t.Errorf("on standard error: %s", log)
		}
		for line := range strings.Lines(out) {
			if !strings.HasPrefix(line, `{"type":"setting"`) {
				all = append(all, strings.TrimSpace(line))
			}
		}
		return all
	}
	want := func(step string, got []string, want ...string) {
		t.Helper()
		for i := range max(len(got), len(want)) {
			if len(got) != len(want) || !strings.HasPrefix(got[i], want[i][:strings.Index(want[i]+"*", "*")]) ||
				!strings.HasSuffix(got[i], want[i][strings.Index(want[i], "*")+1:]) {
				t.Errorf("%s: %q, not %q", step, got, want)
				return
			}
		}
	}
	want("no file", lines(), `{"type":"configuration","used":"none"}`)
	put(t, file, "[sample]\nword = \"good\"\n")
	run(sample(new(string))) // remembers the file
	want("a file", lines(), `{"type":"configuration","used":"file","file":"`+file+`"}`)
	put(t, file, "[sample]\nwrod = \"x\"\n wait = 3\n")
	good, _ := config.DefaultStore().LastGood("vf-sample", config.Place{File: file})
	want("a broken file", lines(), `{"type":"configuration","used":"last-good","file":"`+good.File+`"}`,
		`{"type":"warning","error":"configuration: *","key":"wrod","file":"`+file+`","line":2,"column":1}`,
		`{"type":"warning","error":"configuration: *","key":"wait","file":"`+file+`","line":3,"column":2}`)
	want("named", lines("--config", file),
		`{"type":"error","error":"configuration: *","key":"wrod","file":"`+file+`","line":2,"column":1}`,
		`{"type":"error","error":"configuration: *","key":"wait","file":"`+file+`","line":3,"column":2}`)
	put(t, file, "[sample]\nwait = = 3\n")
	want("invalid TOML", lines("--config", file), `{"type":"error","error":"configuration: *","file":"`+file+`","line":2,"column":8}`)
	t.Setenv("VOICEFLOW_SAMPLE_WAIT", "long")
	want("a variable", lines(), `{"type":"error","error":"VOICEFLOW_SAMPLE_WAIT: *","key":"wait"}`)
}

func TestVariant(t *testing.T) {
	file := home(t)
	for path, text := range map[string]string{
		file: "[sample]\nword = \"file\"\nwait = \"2s\"\n",
		strings.TrimSuffix(file, ".toml") + ".production.toml": "[sample]\nword = \"production\"\n",
	} {
		if err := wholefile.Write(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var seen string
	t.Setenv("VOICEFLOW_ENV", "production")
	if code, _, log := run(sample(&seen)); code != OK || seen != "production[]2s" {
		t.Errorf("code %d, %q: %s", code, seen, log)
	}
	t.Setenv("VOICEFLOW_ENV", "test")
	if code, _, log := run(sample(&seen)); code != Usage || !strings.Contains(log, "config.test.toml") {
		t.Errorf("missing variant: code %d, %s", code, log)
	}
	if err := os.RemoveAll(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VOICEFLOW_ENV", "")
	if code, _, log := run(sample(&seen)); code != OK || seen != "standard[]1s" {
		t.Errorf("no file at all: code %d, %q: %s", code, seen, log)
	}
}

// TestValueLikeFlag checks that a value which looks like a flag does not set that
// flag.
func TestValueLikeFlag(t *testing.T) {
	home(t)
	t.Setenv("VOICEFLOW_SAMPLE_LIST", "env")
	code, out, log := run(sample(new(string)), "--settings", "--word", "--list")
	if code != OK || !strings.Contains(out, `"value":"--list","origin":"flag"`) || !strings.Contains(out, `"value":"env","origin":"environment"`) {
		t.Errorf("code %d: %s%s", code, out, log)
	}
}

// TestSettingUsage: a setting's usage is the flag's help text, without the value's name in front.
func TestSettingUsage(t *testing.T) {
	p := &program{name: "vf-sample"}
	k := p.describeFlag(&cli.StringFlag{Name: "log", Usage: "`FILE` write logs to FILE"}, "")
	if k.Usage != "write logs to FILE" {
		t.Errorf("usage %q", k.Usage)
	}
}
