package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/config"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

func configCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "config",
		Usage: "create, show, check and restore the configuration",
		Description: `The file is $XDG_CONFIG_HOME/voiceflow/config.toml. VOICEFLOW_ENV=production
adds config.production.toml, which overrides it. The first program to run each
day makes a backup. The last seven daily backups and the last seven others are
kept.

Examples:

  vf-health config init                 create a file with every setting
  vf-health config show --changed       show what differs from the defaults
  vf-health config validate             check the file`,
		Subcommands: []cmdline.Command{
			configSubcommand("init", "create a file that explains every setting", "", configInit,
				&cli.BoolFlag{Name: "force", Usage: "replace an existing file, after a backup"}, programsFlag()),
			configSubcommand("show", "show all settings and their origins", "", configShow,
				&cli.BoolFlag{Name: "changed", Usage: "omit settings that have their default value"},
				&cli.StringFlag{Name: "format", Value: "table", Usage: "`FORMAT` table or json"}, programsFlag()),
			configSubcommand("validate", "report mistakes with line and column", "[FILE]", configValidate, programsFlag()),
			configSubcommand("backup", "make a backup now", "", configBackup,
				&cli.BoolFlag{Name: "list", Usage: "list the backups instead"}),
			configSubcommand("restore", "restore a backup by name, or latest", "NAME", configRestore),
			configSubcommand("reset", "rewrite the file as config init does", "", configReset, programsFlag()),
		},
	}
}

func configSubcommand(
	name, usage, args string, action func(*cmdline.Env, *cli.Context) error, flags ...cli.Flag,
) cmdline.Command {
	return cmdline.Command{Name: name, Usage: usage, ArgsUsage: args, Flags: flags, Action: action, Unconfigured: true}
}

// configPlace returns the place of the configuration that the programs use.
func configPlace(c *cli.Context) (config.Place, error) {
	file := c.String("config")
	if file == "" {
		file = config.DefaultFile()
	}
	return config.NewPlace(file, os.Getenv("VOICEFLOW_ENV"))
}

// allSettings returns the settings of all programs, and their problems without
// duplicates.
func allSettings(
	env *cmdline.Env, c *cli.Context, file string,
) (settings []config.Effective, problems []string, err error) {
	folder, err := programsFolder(c)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	for _, name := range peer.All() {
		a, err := settingsOf(ctx, filepath.Join(folder, name), file)
		if err != nil {
			return nil, nil, err
		}
		settings = append(settings, a.settings...)
		if a.inUse.Used == config.UsesLastGood {
			a.problems = append(a.problems,
				fmt.Sprintf("%s uses the last configuration that worked, %s", name, a.inUse.File))
		}
		for _, problem := range a.problems {
			if !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
		}
	}
	return settings, problems, nil
}

func configShow(env *cmdline.Env, c *cli.Context) error {
	format := c.String("format")
	if format != "table" && format != "json" {
		return fmt.Errorf("--format %q: use table or json", format)
	}
	settings, problems, err := allSettings(env, c, c.String("config"))
	if err != nil {
		return err
	}
	for _, p := range problems {
		env.Log.Error().Msg(p)
	}
	if c.Bool("changed") {
		settings = slices.DeleteFunc(settings, func(e config.Effective) bool { return e.Origin == config.FromDefault })
	}
	if format == "json" {
		err = settingsJSON(cmdline.Shown(env.Stdout), settings)
	} else {
		err = settingsTable(cmdline.Shown(env.Stdout), settings)
	}
	if err == nil && len(problems) > 0 {
		return cmdline.Exit(int(verdict.Critical), nil)
	}
	return err
}

func settingsJSON(w io.Writer, settings []config.Effective) error {
	out := json.NewEncoder(w)
	for _, s := range settings {
		if err := out.Encode(s); err != nil {
			return err
		}
	}
	return nil
}

func settingsTable(w io.Writer, settings []config.Effective) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "PROGRAM\tKEY\tVALUE\tFROM")
	shown := map[string]bool{}
	for _, s := range settings {
		key := s.Program + " " + s.Key
		if shown[key] {
			continue // the same key of another subcommand
		}
		shown[key] = true
		from := strings.TrimSpace(fmt.Sprintf("%s %s", s.Origin, s.Place))
		value := s.Value
		if value == "" && s.Otherwise != "" {
			value = "(" + s.Otherwise + ")"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", s.Program, s.Key, prose.Cut(prose.Line(value), 48), prose.Line(from))
	}
	return tw.Flush()
}

func configValidate(env *cmdline.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	if c.Args().Len() > 1 {
		return errors.New("name only one file")
	}
	if file := c.Args().First(); file != "" {
		// Check the file on its own, before it is installed.
		place = config.Place{File: file}
		os.Unsetenv("VOICEFLOW_ENV")
	}
	settings, err := place.Load()
	if errors.Is(err, fs.ErrNotExist) && c.Args().First() == "" {
		_, err := fmt.Fprintf(cmdline.Shown(env.Stdout),
			"VOICEFLOW OK: %s does not exist, so the defaults apply; create it with: vf-health config init\n", place.File)
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var problems []string
	if err != nil {
		problems = []string{err.Error()}
	} else {
		_, more, err := allSettings(env, c, place.File)
		if err != nil {
			return err
		}
		for _, p := range more {
			problems = append(problems, strings.TrimPrefix(p, "configuration: "))
		}
	}
	files := prose.Line(strings.Join(place.Files(), " with "))
	if len(problems) == 0 {
		_, err := fmt.Fprintf(cmdline.Shown(env.Stdout), "VOICEFLOW OK: %s is valid, keys set: %d\n", files, len(settings))
		return err
	}
	mistakes := "1 mistake"
	if len(problems) > 1 {
		mistakes = fmt.Sprintf("%d mistakes", len(problems))
	}
	text := fmt.Sprintf("VOICEFLOW CRITICAL: %s: %s\n\n", files, mistakes)
	for _, p := range problems {
		text += prose.Line(p) + "\n"
	}
	if _, err := io.WriteString(cmdline.Shown(env.Stdout), text); err != nil {
		return err
	}
	return cmdline.Exit(int(verdict.Critical), nil)
}
