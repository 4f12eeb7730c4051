package cmdline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/wholefile"
)

// strict is sample with a Check, and with a subcommand that has one, too.
func strict(seen *string) Command {
	c := sample(seen)
	c.Check = func(c *cli.Context) error {
		var wrong []error
		if c.String("word") == "rude" {
			wrong = append(wrong, &FlagError{Flag: "word", Reason: "--word rude: mind your language"})
		}
		if c.Duration("wait") > time.Minute {
			wrong = append(wrong, WrongValue(c, "wait", fmt.Sprintf("a minute at most for the %v", c.StringSlice("list"))))
		}
		if c.String("word") == "alone" && c.IsSet("list") {
			wrong = append(wrong, &FlagError{Flag: "word", Others: []string{"list"}, Reason: "the word alone has no --list"})
		}
		return errors.Join(wrong...)
	}
	action := c.Action
	c.Action = func(env *Env, ctx *cli.Context) error {
		if err := c.Check(ctx); err != nil {
			return Exit(Usage, err)
		}
		return action(env, ctx)
	}
	c.Subcommands = []Command{{
		Name:  "count",
		Flags: []cli.Flag{&cli.IntFlag{Name: "number", Value: 1}},
		Check: func(c *cli.Context) error {
			if n := c.Int("number"); n < 1 {
				return WrongValue(c, "number", "must be above 0")
			}
			return nil
		},
		Action: func(_ *Env, c *cli.Context) error {
			*seen = fmt.Sprint("count ", c.Int("number"))
			return nil
		},
	}, {
		Name:   "other",
		Action: func(*Env, *cli.Context) error { *seen = "other"; return nil },
	}}
	return c
}

// All mistakes are reported with their positions: wrong types, values out of range
// and those of subcommands.
func TestMistakesOfRange(t *testing.T) {
	file := configFile(t, `log-level = "loud"
log-file = "/nowhere/log"
[sample]
wait = "2h"
 word = "rude"
number = 0
list = 2
lost = 1
`)
	code, out, log := run(strict(new(string)), "--config", file, "--settings")
	if code != Usage || log != "" {
		t.Errorf("code %d: %s", code, log)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	want := []string{
		`line 1, column 1: --log-level \"loud\"`,
		`line 2, column 1: --log-file: /nowhere/log`,
		`line 4, column 1: --wait 2h0m0s: a minute at most for the [2]`,
		`line 5, column 2: --word rude`,
		`line 6, column 1: --number 0: must be above 0`,
		`line 8, column 1: unknown key \"lost\"`,
	}
	if len(lines) != len(want) {
		t.Fatalf("%s", out)
	}
	for i := range want {
		if !strings.Contains(lines[i], want[i]) {
			t.Errorf("%s, not %s", lines[i], want[i])
		}
	}
}

// A mistake in the environment is not blamed on the file.
func TestMistakesOfTheEnvironment(t *testing.T) {
	file := configFile(t, "[sample]\nlist = \"kind\"\n")
	for name, value := range map[string]string{
		"VOICEFLOW_SAMPLE_WAIT": "2h", "VOICEFLOW_SAMPLE_NUMBER": "0", "VOICEFLOW_LOG_LEVEL": "loud",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			code, out, _ := run(strict(new(string)), "--config", file, "--settings")
			if code != Usage || strings.Count(out, "\n") != 1 || strings.Contains(out, file) {
				t.Errorf("code %d: %s", code, out)
			}
		})
	}
}

// If the file and the environment are both wrong, both mistakes are reported.
func TestMistakesOfBoth(t *testing.T) {
	file := configFile(t, "[sample]\nword = \"rude\"\n")
	t.Setenv("VOICEFLOW_SAMPLE_WAIT", "2h")
	_, out, _ := run(strict(new(string)), "--config", file, "--settings")
	if lines := strings.Split(out, "\n"); len(lines) != 3 || !strings.Contains(lines[0], "line 2, column 1: --word rude") || !strings.Contains(lines[1], `"--wait 2h0m0s`) {
		t.Errorf("%s", out)
	}
}

// When flags conflict, the one set by the file gets the blame. If the file sets
// none of them, it gets no blame, whatever words the message contains.
func TestContradictions(t *testing.T) {
	for _, tt := range []struct {
		file string
		args []string
		want string
	}{
		{"list = 3\nword = \"alone\"", nil, "line 3, column 1: the word alone has no --list"},
		{"list = 3", []string{"--word", "alone"}, "line 2, column 1: the word alone"},
		{"wait = \"3s\"\nword = \"alone\"", []string{"--list", "3"}, "line 3, column 1: the word alone"},
		{"wait = \"3s\"", []string{"--word", "alone", "--list", "wait"}, `"error":"the word alone`},
		{"word = \"wait\"", []string{"--wait", "2h"}, `"error":"--wait 2h0m0s`},
		{"wait = \"3h\"\nword = \"wait\"", []string{"--wait", "2h"}, `"error":"--wait 2h0m0s`},
	} {
		file := configFile(t, "[sample]\n"+tt.file+"\n")
		_, out, _ := run(strict(new(string)), append([]string{"--config", file, "--settings"}, tt.args...)...)
		if strings.Count(out, "\n") != 1 || !strings.Contains(out, tt.want) {
			t.Errorf("%q, %q: %s", tt.file, tt.args, out)
		}
	}
}

// Each mistake on the command line gets its own line.
func TestMistakesOfTheCommandLine(t *testing.T) {
	code, _, log := run(strict(new(string)), "--word", "rude", "--wait", "2h")
	lines := strings.Split(strings.TrimSpace(log), "\n")
	if code != Usage || len(lines) != 2 || !strings.Contains(lines[0], "--word rude") || !strings.Contains(lines[1], "--wait 2h0m0s") {
		t.Errorf("code %d: %s", code, log)
	}
}

// An error that wraps several others in one sentence is not split.
func TestUnjoin(t *testing.T) {
	a, b := errors.New("a"), errors.New("b")
	if parts := unjoin(errors.Join(a, errors.Join(fmt.Errorf("%w: %w", a, b), nil))); len(parts) != 2 || parts[1].Error() != "a: b" {
		t.Errorf("%q", parts)
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := wholefile.Write(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A file with values that the program rejects is treated like an unreadable one,
// and never becomes the last good one.
func TestLastGoodIsUsable(t *testing.T) {
	file := home(t)
	put(t, file, "[sample]\nword = \"good\"\n")
	var seen string
	if code, _, log := run(strict(&seen)); code != OK || seen != "good[]1s" || log != "" {
		t.Fatalf("code %d, %q, %s", code, seen, log)
	}
	for _, broken := range []string{
		"[sample]\nwait = \"2h\"\n", "[sample]\nwait = 3\n", "log-level = \"loud\"\n",
	} {
		put(t, file, broken)
		// A subcommand that ignores the wrong key works, but does not make the file good.
		if code, _, log := run(strict(&seen), "other"); code != OK || seen != "other" {
			t.Errorf("%q: other: code %d, %s", broken, code, log)
		}
		seen = ""
		code, _, log := run(strict(&seen))
		if code != OK || seen != "good[]1s" {
			t.Errorf("%q: code %d, %q", broken, code, seen)
		}
		for _, want := range []string{`"level":"error"`, "config.toml: line ", "last-good", "vf-health config validate"} {
			if !strings.Contains(log, want) {
				t.Errorf("%q: the log lacks %q: %s", broken, want, log)
			}
		}
	}
	// A wrong flag, which the last good file cannot fix.
	put(t, file, "[sample]\nlist = \"better\"\n")
	code, _, log := run(strict(&seen), "--wait", "2h")
	if code != Usage || strings.Count(log, "\n") != 1 || !strings.Contains(log, "--wait 2h") || strings.Contains(log, "config.toml") {
		t.Errorf("a wrong flag: code %d, %s", code, log)
	}
	// A flag that overrides the wrong key.
	put(t, file, "[sample]\nwait = \"2h\"\nword = \"better\"\n")
	if code, _, log := run(strict(&seen), "--wait", "2s"); code != OK || seen != "better[]2s" || log != "" {
		t.Errorf("a right flag: code %d, %q, %s", code, seen, log)
	}
	// That run worked, but the file is still wrong.
	if code, _, _ := run(strict(&seen)); code != OK || seen != "good[]1s" {
		t.Errorf("code %d, %q", code, seen)
	}
	// A file that one subcommand rejects does not become the last good one through another.
	put(t, file, "[sample]\nnumber = 0\n")
	if code, _, log := run(strict(&seen)); code != OK || seen != "standard[]1s" || log != "" {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
	if code, _, log := run(strict(&seen), "count"); code != OK || seen != "count 1" || !strings.Contains(log, "--number 0") {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
}

func TestEmptyConfiguration(t *testing.T) {
	file := home(t)
	var seen string
	for _, step := range []struct{ text, want, log string }{
		{"", "standard[]1s", ""},
		{"[sample]\nword = = 1", "", "line 2"},
		{"[sample]\nword = \"good\"", "good[]1s", ""},
		{"", "standard[]1s", ""},
		{" \n", "standard[]1s", ""},
		{"[sample]\nword = = 1", "good[]1s", "last-good"},
	} {
		put(t, file, step.text)
		seen = ""
		_, _, log := run(sample(&seen))
		if seen != step.want || step.log == "" && log != "" || !strings.Contains(log, step.log) {
			t.Errorf("%q: %q, %s", step.text, seen, log)
		}
	}
}

// A dangling link is a mistake, not the same as having no configuration.
func TestLinkToNowhere(t *testing.T) {
	file := home(t)
	put(t, file, "[sample]\nword = \"good\"")
	var seen string
	if code, _, _ := run(sample(&seen)); code != OK {
		t.Fatal(code)
	}
	if err := errors.Join(os.Remove(file), os.Symlink("/nowhere/config.toml", file)); err != nil {
		t.Fatal(err)
	}
	if code, _, log := run(sample(&seen)); code != OK || seen != "good[]1s" || !strings.Contains(log, "is a link to /nowhere/config.toml") {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
}

// --settings and dry runs leave the log file and its folder untouched.
func TestLogFileIsTriedWithoutTrace(t *testing.T) {
	folder := t.TempDir()
	there := filepath.Join(folder, "there.log")
	put(t, there, "kept")
	for _, log := range []string{"sub/log/", "vf.log", "there.log", ".", "/dev/null"} {
		if !filepath.IsAbs(log) {
			log = folder + "/" + log
		}
		if code, out, stderr := run(sample(new(string)), "--settings", "--log-file", log); code != OK {
			t.Errorf("%s: code %d: %s%s", log, code, out, stderr)
		}
	}
	for _, log := range []string{"there.log/", "there.log/sub", "no/vf.log", "there.log/sub/"} {
		if code, out, _ := run(sample(new(string)), "--settings", "--log-file", folder+"/"+log); code != OK || !strings.Contains(out, `"type":"warning","error":"--log-file`) {
			t.Errorf("%s: code %d: %s", log, code, out)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if data, _ := os.ReadFile(there); string(data) != "kept" {
		t.Errorf("%s", data)
	}
}

// ambiguous has two subcommands with different flags named --since, and a --format
// that only the command line may set.
func ambiguous(seen *string) Command {
	report := func(_ *Env, c *cli.Context) error {
		*seen = fmt.Sprint(c.Command.Name, " ", c.String("since"), c.Duration("since"), " ", c.String("format"))
		return nil
	}
	return Command{Name: "vf-sample", OnlyFlags: []string{"format"}, Subcommands: []Command{
		{Name: "look", OnlyFlags: []string{"since"}, Action: report, Flags: []cli.Flag{
			&cli.StringFlag{Name: "since", Value: "ever"}, &cli.StringFlag{Name: "format", Value: "text"},
		}},
		{Name: "watch", Action: report, Flags: []cli.Flag{
			&cli.DurationFlag{Name: "since", Value: time.Hour}, &cli.StringFlag{Name: "format", Value: "text"},
		}},
	}}
}

func TestOnlyFlags(t *testing.T) {
	file := configFile(t, "[sample]\nsince = \"2s\"\n")
	t.Setenv("VOICEFLOW_SAMPLE_FORMAT", "env")
	var seen string
	for _, tt := range []struct{ args, want string }{
		{"look", "look ever0s text"},
		{"watch", "watch 2s2s text"},
		{"look --since 2026-11-01 --format json", "look 2026-11-010s json"},
	} {
		if code, _, log := run(ambiguous(&seen), append([]string{"--config", file}, strings.Fields(tt.args)...)...); code != OK || seen != tt.want {
			t.Errorf("%s: code %d, %q, %s", tt.args, code, seen, log)
		}
	}
	_, out, _ := run(ambiguous(&seen), "--settings")
	if strings.Contains(out, `"format"`) || strings.Count(out, `"since"`) != 1 {
		t.Errorf("settings: %s", out)
	}
	for text, want := range map[string]string{
		"format = \"json\"":      "--format of vf-sample is a flag only, not a key",
		"since = \"2026-11-01\"": "is not a duration with a unit",
		"settings = true":        "is a flag only, not a key",
	} {
		code, _, log := run(ambiguous(&seen), "--config", configFile(t, "[sample]\n"+text), "watch")
		if code != Usage || !strings.Contains(log, want) {
			t.Errorf("%s: code %d, %s", text, code, log)
		}
	}
}
