package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/config"
	"voiceflow/internal/health/clean"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/prose"
	"voiceflow/internal/wholefile"
)

// writeTemplate writes a configuration file that documents every key and sets only
// log-file. It backs up an existing file.
func writeTemplate(env *cmdline.Env, c *cli.Context, place config.Place) error {
	// With an empty configuration, the programs report their own defaults.
	empty, err := os.CreateTemp("", clean.EmptyConfig)
	if err != nil {
		return err
	}
	empty.Close()
	defer os.Remove(empty.Name())
	os.Unsetenv("VOICEFLOW_ENV") // the empty file has no variant
	settings, problems, err := allSettings(env, c, empty.Name())
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("the programs cannot start: %s", strings.Join(problems, "; "))
	}
	if _, err := os.Stat(place.File); err == nil {
		backup, err := config.DefaultStore().Backup(place)
		if err != nil {
			return err
		}
		env.Log.Info().Msgf("kept the previous file as backup %s", backup.Name)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := wholefile.Write(place.File, []byte(template(settings, logFolder()+"/")), 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmdline.Shown(env.Stdout), place.File)
	return err
}

// template returns the text of a configuration file: the keys common to all programs,
// then one section per program.
func template(settings []config.Effective, logs string) string {
	var b strings.Builder
	b.WriteString(`# The configuration of VoiceFlow. The command line and the environment override it.
# Remove the # before a key to set it. Check the file with: vf-health config validate

`)
	common := func(s config.Effective) bool { return s.Key == "log-level" || s.Key == "log-file" }
	shown := map[string]bool{}
	for _, s := range settings {
		if common(s) && !shown[s.Key] {
			shown[s.Key] = true
			s.Value = s.Default
			if s.Key == "log-file" {
				s.Value = logs
			}
			describeKey(&b, s, s.Key != "log-file")
		}
	}
	for _, name := range peer.All() {
		fmt.Fprintf(&b, "[%s]\n\n", strings.TrimPrefix(name, "vf-"))
		own := slices.DeleteFunc(slices.Clone(settings), func(s config.Effective) bool {
			return s.Program != name || common(s)
		})
		for i, s := range own {
			if slices.ContainsFunc(own[:i], func(o config.Effective) bool { return o.Key == s.Key }) {
				continue
			}
			if s.Origin != config.FromProfile { // a profile's value is the default
				s.Value = s.Default
			}
			describeKey(&b, s, true)
		}
	}
	return b.String()
}

func describeKey(b *strings.Builder, s config.Effective, commented bool) {
	usage := s.Usage
	if s.Command != "" {
		usage = s.Command + ": " + usage
	}
	if s.Otherwise != "" {
		usage += "; otherwise: " + s.Otherwise
	}
	for _, line := range prose.Wrap(usage, 78) {
		fmt.Fprintf(b, "# %s\n", line)
	}
	mark := ""
	if commented {
		mark = "#"
	}
	fmt.Fprintf(b, "# Environment: %s\n%s%s = %s\n\n", s.Variable, mark, s.Key, literal(s))
}

// literal returns a value in TOML. A setting without value gets an example of its kind.
func literal(s config.Effective) string {
	switch v := s.Value; s.Kind {
	case "switch":
		if v == "" {
			return "false"
		}
		return v
	case "whole number", "number":
		if v == "" {
			return "1" // 0 would be a mistake for threads and jobs
		}
		return v
	case "list":
		var quoted []string
		for _, item := range strings.Split(v, ", ") {
			if item != "" {
				quoted = append(quoted, strconv.Quote(item))
			}
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case "duration":
		if v == "" {
			return `"0s"`
		}
		return strconv.Quote(v)
	default:
		return strconv.Quote(v)
	}
}
