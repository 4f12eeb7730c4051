package cmdline

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// A log that cannot be written causes only a warning, wherever it is set, and the
// rest of the configuration still applies.
func TestUnwritableLogEndsNothing(t *testing.T) {
	folder := t.TempDir()
	put(t, folder+"/file", "")
	for _, log := range []string{"/nowhere/log", folder + "/file/", folder + "/file/x.log", "/proc/none/", "/dev/full/x"} {
		for _, set := range []string{"flag", "environment", "file", "usual file"} {
			t.Run(set+" "+log, func(t *testing.T) {
				text := "[sample]\nword = \"set\"\n"
				if strings.HasSuffix(set, "file") {
					text = "log-file = \"" + log + "\"\n" + text
				}
				args := []string{}
				if set == "usual file" {
					put(t, home(t), text)
				} else {
					args = append(args, "--config", configFile(t, text))
				}
				if set == "environment" {
					t.Setenv("VOICEFLOW_LOG_FILE", log)
				}
				if set == "flag" {
					args = append(args, "--log-file", log)
				}
				var seen string
				code, _, stderr := run(sample(&seen), args...)
				if code != OK || seen != "set[]1s" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, `"level":"warn"`) || !strings.Contains(stderr, "continuing without a log file") {
					t.Errorf("code %d, %q: %s", code, seen, stderr)
				}
			})
		}
	}
}

// A full disk is reported once, not for every line.
func TestLogThatFillsTheDisk(t *testing.T) {
	c := sample(new(string))
	c.Action = func(e *Env, _ *cli.Context) error {
		for range 3 {
			e.Log.Info().Msg("a line")
			e.Metrics.Info().Msg("a measure")
		}
		return nil
	}
	code, _, stderr := run(c, "--log-file", "/dev/full")
	if code != OK || strings.Count(stderr, "a line") != 3 || strings.Count(stderr, "can no longer be written") != 1 || strings.Count(stderr, "\n") != 4 {
		t.Errorf("code %d: %s", code, stderr)
	}
}

// pathed is a program that shows its paths.
func pathed(seen *string) Command {
	return Command{
		Name: "vf-sample",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "place", TakesFile: true}, &cli.StringSliceFlag{Name: "places", TakesFile: true}, &cli.StringFlag{Name: "word"},
		},
		Action: func(_ *Env, c *cli.Context) error {
			*seen = strings.Join(append([]string{c.String("place"), c.String("word"), c.String("log-file")}, c.StringSlice("places")...), " ")
			return nil
		},
	}
}

// ~ means the user's home in all paths, wherever they are set, and in nothing
// else.
func TestHomeInPaths(t *testing.T) {
	h := t.TempDir()
	t.Setenv("HOME", h)
	t.Chdir(t.TempDir())
	want := h + "/a ~/w " + h + "/log/ " + h + " b/~ " + h + "/c"
	var seen string
	for name, args := range map[string][]string{
		"flags": {"--place=~/a", "--word=~/w", "--log-file=~/log/", "--places=~", "--places=b/~", "--places", "~/c"},
		"file":  {"--config", configFile(t, "log-file = \"~/log/\"\n[sample]\nplace = \"~/a\"\nword = \"~/w\"\nplaces = [\"~\", \"b/~\", \"~/c\"]\n")},
	} {
		if code, _, log := run(pathed(&seen), args...); code != OK || seen != want {
			t.Errorf("%s: code %d: %q, not %q; %s", name, code, seen, want, log)
		}
		_, out, _ := run(pathed(&seen), append(args, "--settings")...)
		for _, value := range []string{h + "/a", "~/w", h + "/log/", h + ", b/~, " + h + "/c"} {
			if !strings.Contains(out, `"value":"`+value+`"`) {
				t.Errorf("%s: no %q in %s", name, value, out)
			}
		}
	}
	t.Setenv("VOICEFLOW_SAMPLE_PLACE", "~/a")
	t.Setenv("VOICEFLOW_CONFIG", "~/my.toml")
	put(t, filepath.Join(h, "my.toml"), "[sample]\nword = \"mine\"\n")
	if code, _, log := run(pathed(&seen)); code != OK || seen != h+"/a mine " {
		t.Errorf("environment: code %d: %q; %s", code, seen, log)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// Paths that look like another user's home or a variable are rejected and create
// no folder of that name.
func TestOddPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"~nobody/x", "~nobody", "$HOME/x", "${HOME}/x"} {
		for name, args := range map[string][]string{
			"flag": {"--place", path}, "list": {"--places=" + path}, "log": {"--log-file", path + "/"}, "configuration": {"--config", path},
			"key": {"--config", configFile(t, "[sample]\nplace = \""+path+"\"\n")},
		} {
			code, _, log := run(pathed(new(string)), args...)
			if code != Usage || !strings.Contains(log, "write ") || !strings.Contains(log, path) {
				t.Errorf("%s %s: code %d: %s", name, path, code, log)
			}
		}
	}
	if code, _, log := run(pathed(new(string)), "--log-file", "./~nobody"); code != OK {
		t.Errorf("code %d: %s", code, log)
	}
	if _, err := os.Stat("~nobody"); errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Every program rejects an unknown section and suggests the intended one.
func TestUnknownSections(t *testing.T) {
	for text, want := range map[string]string{
		"[vadd]\nx = 1":             `line 2, column 1: unknown section [vadd] (did you mean [vad]?); the sections are [record], `,
		"[vf-vad]\nx = 1":           "did you mean [vad]?",
		"[Transcribe]\nx = 1":       "did you mean [transcribe]?",
		"[transcription]\nword = 1": "did you mean [transcribe]?",
		"recorder.word = \"x\"":     "did you mean [record]?",
		"[speech]\nword = 1":        "unknown section [speech]; the sections are",
	} {
		var seen string
		code, _, log := run(sample(&seen), "--config", configFile(t, text))
		if code != Usage || seen != "" || !strings.Contains(log, want) {
			t.Errorf("%s: code %d, %q: %s", text, code, seen, log)
		}
	}
	file := home(t)
	put(t, file, "[sample]\nword = \"good\"\n")
	var seen string
	run(sample(&seen))
	put(t, file, "[sampel]\nword = \"new\"\n[vadd]\nx = 1\n")
	code, _, log := run(sample(&seen))
	if code != OK || seen != "good[]1s" || !strings.Contains(log, "[vadd] (did you mean [vad]?)") || !strings.Contains(log, "last-good") {
		t.Errorf("code %d, %q: %s", code, seen, log)
	}
}
