package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/config"
	"voiceflow/pkg/health"
	"voiceflow/pkg/program"
)

func configCommand() tool.Command {
	return tool.Command{
		Name:  "config",
		Usage: "write, show, test and bring back the configuration",
		Description: `The file is $XDG_CONFIG_HOME/voiceflow/config.toml; VOICEFLOW_ENV=production puts
config.production.toml over it. Whichever program runs first on a day makes a
backup, and seven are kept.`,
		Subcommands: []tool.Command{
			configSubcommand("init", "write a file with every key and what it means", "", configInit, programsFlag(),
				&cli.BoolFlag{Name: "force", Usage: "replace the file that is there, after a backup"}),
			configSubcommand("show", "show every setting, its value and where that is from", "", configShow, programsFlag(),
				&cli.BoolFlag{Name: "changed", Usage: "leave out what is as it comes"},
				&cli.StringFlag{Name: "format", Value: "table", Usage: "`FORMAT`: table or json"}),
			configSubcommand("validate", "find unknown keys, wrong values and wrong units, with line and column", "[FILE]", configValidate, programsFlag()),
			configSubcommand("backup", "make a backup now", "", configBackup,
				&cli.BoolFlag{Name: "list", Usage: "show the backups there are instead"}),
			configSubcommand("restore", "bring back a backup: its name, or latest", "NAME", configRestore),
			configSubcommand("reset", "write the file anew as config init does, after a backup", "", configReset, programsFlag()),
		},
	}
}

func configSubcommand(name, usage, args string, action func(*tool.Env, *cli.Context) error, flags ...cli.Flag) tool.Command {
	return tool.Command{Name: name, Usage: usage, ArgsUsage: args, Flags: flags, Action: action, Unconfigured: true}
}

// configPlace is the configuration that the programs use.
func configPlace(c *cli.Context) (config.Place, error) {
	file := c.String("config")
	if file == "" {
		file = config.DefaultFile()
	}
	return config.NewPlace(file, os.Getenv("VOICEFLOW_ENV"))
}

// allSettings are those of all programs; problems are told once each.
func allSettings(env *tool.Env, c *cli.Context, file string) (settings []config.Effective, problems []string, err error) {
	folder, err := programsFolder(c)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range program.All() {
		s, p, err := settingsOf(env.Context, folder, name, file)
		if err != nil {
			return nil, nil, err
		}
		settings = append(settings, s...)
		for _, problem := range p {
			if !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
		}
	}
	return settings, problems, nil
}

func configShow(env *tool.Env, c *cli.Context) error {
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
		err = settingsJSON(env.Stdout, settings)
	} else {
		err = settingsTable(env.Stdout, settings)
	}
	if err == nil && len(problems) > 0 {
		return tool.Exit(int(health.Critical), nil)
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
			continue // of another subcommand
		}
		shown[key] = true
		from := strings.TrimSpace(fmt.Sprintf("%s %s", s.Origin, s.Place))
		value := s.Value
		if value == "" && s.Otherwise != "" {
			value = "(" + s.Otherwise + ")"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", s.Program, s.Key, clip(value), from)
	}
	return tw.Flush()
}

// clip keeps a value to a table's width.
func clip(s string) string {
	const width = 48
	if r := []rune(s); len(r) > width {
		return string(r[:width-3]) + "..."
	}
	return s
}

func configValidate(env *tool.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	if c.Args().Len() > 1 {
		return errors.New("name one file")
	}
	if file := c.Args().First(); file != "" {
		place.File = file
	}
	settings, err := place.Load()
	if errors.Is(err, fs.ErrNotExist) && c.Args().First() == "" {
		_, err := fmt.Fprintf(env.Stdout, "VOICEFLOW OK: there is no %s: everything is as it comes; vf-health config init writes one\n", place.File)
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var problems []string
	if err != nil {
		problems = []string{err.Error()}
	} else {
		problems = unknownSections(settings)
		_, more, err := allSettings(env, c, place.File)
		if err != nil {
			return err
		}
		for _, p := range more {
			problems = append(problems, strings.TrimPrefix(p, "configuration: "))
		}
	}
	if len(problems) == 0 {
		_, err := fmt.Fprintf(env.Stdout, "VOICEFLOW OK: %s is right, keys set: %d\n", strings.Join(place.Files(), " with "), len(settings))
		return err
	}
	text := fmt.Sprintf("VOICEFLOW CRITICAL: %s: %d mistakes\n\n%s\n", place.File, len(problems), strings.Join(problems, "\n"))
	if _, err := io.WriteString(env.Stdout, strings.Replace(text, " 1 mistakes", " 1 mistake", 1)); err != nil {
		return err
	}
	return tool.Exit(int(health.Critical), nil)
}

// unknownSections finds the sections that no program reads.
func unknownSections(settings []config.Setting) (problems []string) {
	last := ""
	for _, s := range settings {
		if s.Section == "" || s.Section == last || slices.Contains(program.All(), "vf-"+s.Section) {
			continue
		}
		last = s.Section
		problems = append(problems, fmt.Sprintf("%s: unknown section [%s]; there are [record], [vad], [transcribe], [paste] and [health]", s.Position, s.Section))
	}
	return problems
}

func configBackup(env *tool.Env, c *cli.Context) error {
	store := config.DefaultStore()
	if !c.Bool("list") {
		place, err := configPlace(c)
		if err != nil {
			return err
		}
		backup, err := store.Backup(place)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(env.Stdout, "%s\t%s\n", backup.Name, strings.Join(backup.Files, " "))
		return err
	}
	backups, err := store.Backups()
	if err != nil {
		return err
	}
	for _, b := range backups {
		if _, err := fmt.Fprintf(env.Stdout, "%s\t%s\n", b.Name, strings.Join(b.Files, " ")); err != nil {
			return err
		}
	}
	return nil
}

func configRestore(env *tool.Env, c *cli.Context) error {
	name := c.Args().First()
	if name == "" {
		return errors.New("which backup? vf-health config backup --list shows them, latest is the last one")
	}
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	backup, err := config.DefaultStore().Restore(name, place)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s is as it was on %s\n", place.File, backup.Name)
	return err
}

func configInit(env *tool.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	if _, err := os.Stat(place.File); err == nil && !c.Bool("force") {
		return fmt.Errorf("%s is there; --force replaces it, after a backup", place.File)
	}
	return writeTemplate(env, c, place)
}

func configReset(env *tool.Env, c *cli.Context) error {
	place, err := configPlace(c)
	if err != nil {
		return err
	}
	return writeTemplate(env, c, place)
}
