package cmdline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/exitcode"
)

func TestExitCode(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{errors.New("plain"), SomeFailed},
		{Exit(Model, errors.New("none")), Model},
		{fmt.Errorf("wrapped: %w", Exit(Input, errors.New("none"))), Input},
		{errors.Join(errors.New("first"), Exit(NoTarget, nil)), NoTarget},
		{context.Canceled, Interrupted},
		{exitcode.InputError("stdin", context.Canceled), Interrupted},
		{exitcode.InputError("stdin", errors.New("bad")), Input},
		{Exit(NoTarget, syscall.EPIPE), BrokenPipe},
	} {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("%v: %d, not %d", tt.err, got, tt.want)
		}
	}
}

// sample is a program whose action reports the values of its flags.
func sample(seen *string) Command {
	return Command{
		Name: "vf-sample",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "word", Value: "standard"},
			&cli.StringSliceFlag{Name: "list"},
			&cli.DurationFlag{Name: "wait", Value: time.Second},
		},
		Action: func(_ *Env, c *cli.Context) error {
			*seen = fmt.Sprintf("%s%v%v", c.String("word"), c.StringSlice("list"), c.Duration("wait"))
			return nil
		},
	}
}

func run(c Command, args ...string) (code int, stdout, stderr string) {
	var out, log bytes.Buffer
	code = Run(c, append([]string{c.Name}, args...), strings.NewReader(""), &out, &log)
	return code, out.String(), log.String()
}

func configFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettings(t *testing.T) {
	file := configFile(t, `log-level = "minimal"
[sample]
word = "file"
list = ["a,b", "c"]
wait = "3s"
[vad]
unknown = 1
`)
	for _, tt := range []struct {
		name string
		env  string
		args []string
		want string
	}{
		{"default", "", nil, "standard[]1s"},
		{"file", "", []string{"--config", file}, "file[a,b c]3s"},
		{"environment over file", "environment", []string{"--config", file}, "environment[a,b c]3s"},
		{"flag over all", "environment", []string{"--config", file, "--word", "flag", "--list", "x"}, "flag[x]3s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env != "" {
				t.Setenv("VOICEFLOW_SAMPLE_WORD", tt.env)
			}
			var seen string
			if code, _, log := run(sample(&seen), tt.args...); code != OK || seen != tt.want {
				t.Errorf("code %d, %q, not %q; %s", code, seen, tt.want, log)
			}
		})
	}
}

func TestWrongUsage(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"unknown flag", []string{"--none"}, "vf-sample --help"},
		{"surplus argument", []string{"surplus"}, "surplus"},
		{"bad value", []string{"--wait", "soon"}, "soon"},
		{"log level", []string{"--log-level", "loud"}, "monitoring"},
		{"no configuration", []string{"--config", "/nowhere/config.toml"}, "/nowhere/config.toml"},
		{"unknown key", []string{"--config", configFile(t, "[sample]\nwrod = 1")}, "wrod"},
		{"key of help", []string{"--config", configFile(t, "help = true")}, "help"},
		{"bad value in the file", []string{"--config", configFile(t, "[sample]\nwait = \"soon\"")}, "wait"},
		{"broken file", []string{"--config", configFile(t, "[sample]\nwait = = 3")}, "line 2, column"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen string
			code, out, log := run(sample(&seen), tt.args...)
			if code != Usage || out != "" || seen != "" {
				t.Errorf("code %d, output %q, action saw %q", code, out, seen)
			}
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.want) {
				t.Errorf("%q is not one line containing %q", log, tt.want)
			}
		})
	}
}

func TestMonitorCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		args []string
		want int
	}{
		{nil, []string{"check"}, 0},
		{Exit(1, nil), []string{"check"}, 1},
		{Exit(2, nil), []string{"check"}, 2},
		{errors.New("no verdict"), []string{"check"}, Unknown},
		{nil, []string{"check", "--none"}, Unknown},
		{nil, []string{"dance"}, Unknown},
		{nil, nil, Unknown},
	} {
		c := Command{Name: "vf-sample", Monitor: true, Subcommands: []Command{{
			Name: "check", Action: func(*Env, *cli.Context) error { return tt.err },
		}}}
		if code, _, log := run(c, tt.args...); code != tt.want {
			t.Errorf("%v %v: code %d, not %d; %s", tt.args, tt.err, code, tt.want, log)
		}
	}
}

// tree is a program whose commands have commands; the one that runs reports
// its path, flags and arguments.
func tree(seen *string) Command {
	leaf := func(name string, flags ...cli.Flag) Command {
		return Command{Name: name, ArgsUsage: "[WORD ...]", Flags: flags, Action: func(_ *Env, c *cli.Context) error {
			*seen = fmt.Sprintf("%s %s%s %s", c.Command.HelpName, c.String("root"), c.String("place"), c.Args().First())
			return nil
		}}
	}
	c := leaf("vf-sample", &cli.StringFlag{Name: "root"})
	c.Subcommands = []Command{{
		Name:  "things",
		Flags: []cli.Flag{&cli.StringFlag{Name: "place"}},
		Subcommands: []Command{
			leaf("list", &cli.BoolFlag{Name: "long"}),
			{Name: "plain", Action: func(*Env, *cli.Context) error { *seen = "plain"; return nil }},
		},
	}}
	return c
}

func TestNestedCommands(t *testing.T) {
	file := configFile(t, "[sample]\nroot = \"r\"\nplace = \"p\"\nlong = true\n")
	for _, tt := range []struct {
		args []string
		want string // seen by the action or, if the command line is wrong, in the log
		code int
	}{
		{[]string{"word"}, "vf-sample  word", OK},
		{[]string{"--config", file, "word"}, "vf-sample r word", OK},
		{[]string{"things", "list"}, "vf-sample things list  ", OK},
		{[]string{"things", "list", "word"}, "vf-sample things list  word", OK},
		{[]string{"--root", "r", "things", "--place", "p", "list", "--long", "word"}, "vf-sample things list rp word", OK},
		{[]string{"--config", file, "--log-level", "verbose", "things", "list"}, "vf-sample things list rp ", OK},
		{[]string{"things", "plain"}, "plain", OK},
		{[]string{"things"}, "missing command; see vf-sample things --help", Usage},
		{[]string{"things", "dance"}, "unknown command \\\"dance\\\"; see vf-sample things --help", Usage},
		{[]string{"things", "list", "--none"}, "see vf-sample things list --help", Usage},
		{[]string{"things", "--none", "list"}, "see vf-sample things --help", Usage},
		{[]string{"things", "plain", "word"}, "unexpected argument \\\"word\\\"", Usage},
		{[]string{"--config", configFile(t, "[sample]\nnone = 1"), "things", "list"}, "none", Usage},
	} {
		var seen string
		code, out, log := run(tree(&seen), tt.args...)
		if code != tt.code || out != "" {
			t.Errorf("%q: code %d, not %d, output %q", tt.args, code, tt.code, out)
		}
		if code == OK && seen != tt.want || code != OK && (seen != "" || strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.want)) {
			t.Errorf("%q: saw %q, not %q; %s", tt.args, seen, tt.want, log)
		}
	}
	var seen string
	code, out, log := run(tree(&seen), "things", "--help")
	if code != OK || seen != "" || log != "" || !strings.Contains(out, "vf-sample things") || !strings.Contains(out, "plain") {
		t.Errorf("code %d, help %q, %q, %q", code, out, log, seen)
	}
	t.Setenv("VOICEFLOW_SAMPLE_PLACE", "env")
	if code, _, log := run(tree(&seen), "things", "list"); code != OK || seen != "vf-sample things list env " {
		t.Errorf("code %d, %q, %s", code, seen, log)
	}
}

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	c := Command{Name: "vf-sample", Action: func(e *Env, _ *cli.Context) error {
		e.Log.Info().Msg("told")
		e.Log.Debug().Msg("hidden")
		e.Metrics.Info().Msg("measured")
		return nil
	}}
	if code, _, log := run(c, "--log-file", path, "--log-level", "monitoring"); code != OK {
		t.Fatalf("code %d: %s", code, log)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(data); strings.Count(s, "\n") != 4 || !strings.Contains(s, `"message":"told"`) || !strings.Contains(s, `"message":"measured"`) {
		t.Errorf("log: %s", s)
	}
}

// In a log folder, each program has its own file. It contains the measurements,
// whatever the log level, and the run's start and end.
func TestLogFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "log") + "/"
	c := Command{Name: "vf-sample", Action: func(e *Env, _ *cli.Context) error {
		e.Metrics.Info().Msg("measured")
		return Exit(Input, errors.New("no microphone"))
	}}
	code, _, log := run(c, "--log-file", folder)
	if code != Input || strings.Contains(log, "measured") || strings.Count(log, "\n") != 1 {
		t.Fatalf("code %d: %s", code, log)
	}
	data, err := os.ReadFile(filepath.Join(folder, "vf-sample.log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	want := []string{`"event":"started"`, `"message":"measured"`, `"message":"no microphone"`, `"event":"stopped","exit_code":4`}
	if len(lines) != len(want) {
		t.Fatalf("%d lines: %s", len(lines), data)
	}
	for i, line := range lines {
		if !strings.Contains(line, want[i]) || !strings.Contains(line, fmt.Sprintf(`"pid":%d`, os.Getpid())) {
			t.Errorf("line %d has no %s: %s", i, want[i], line)
		}
	}
}
