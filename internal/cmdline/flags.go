package cmdline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// commonFlags returns the flags that all programs share. Each run needs new
// ones, because cli stores values in them.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "config", EnvVars: []string{"VOICEFLOW_CONFIG"}, Category: general, TakesFile: true,
			Usage:       "`FILE` configuration file",
			DefaultText: "$XDG_CONFIG_HOME/voiceflow/config.toml if it exists",
		},
		&cli.BoolFlag{
			Name: "settings", Category: general,
			Usage: "print all settings with their values and origins as JSON lines, then exit",
		},
		&cli.StringFlag{
			Name: "completion", Category: general,
			Usage: "`SHELL` print a completion script for bash, zsh or fish, then exit",
		},
		&cli.StringFlag{
			Name: "docs", Category: general, Hidden: true,
			Usage: "`FORMAT` print documentation made from the flags, then exit: man or settings",
		},
		&cli.StringFlag{
			Name: "log-level", EnvVars: []string{"VOICEFLOW_LOG_LEVEL"}, Value: "standard", Category: general,
			Usage: "`LEVEL` how much to log to standard error: minimal, standard, verbose or monitoring",
		},
		&cli.StringFlag{
			Name: "log-file", EnvVars: []string{"VOICEFLOW_LOG_FILE"}, Category: general, TakesFile: true,
			Usage: "`FILE` also write logs to FILE as JSON lines, including the cost of each utterance; " +
				"if FILE is a folder or ends with /, write to PROGRAM.log in it; rotated at 10 MB",
		},
	}
}

// nameVariables assigns an environment variable to each flag of a command and
// its subcommands, except OnlyFlags: --min-speech of vf-vad gets
// VOICEFLOW_VAD_MIN_SPEECH. A flag also keeps any variables it already has.
func (p *program) nameVariables(c Command, excluded []string) {
	excluded = slices.Concat(excluded, c.OnlyFlags)
	for _, f := range c.Flags {
		if slices.Contains(excluded, f.Names()[0]) {
			continue
		}
		name := variableOf(p.name, f.Names()[0])
		switch f := f.(type) {
		case *cli.StringFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.StringSliceFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.IntFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.Float64Flag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.DurationFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		case *cli.BoolFlag:
			f.EnvVars = append([]string{name}, f.EnvVars...)
		default:
			panic(fmt.Sprintf("flag --%s: no environment variables for flags of type %T yet", f.Names()[0], f))
		}
	}
	for _, sub := range c.Subcommands {
		p.nameVariables(sub, excluded)
	}
}

// variableOf returns the environment variable for a flag of a program.
func variableOf(program, flag string) string {
	name := "VOICEFLOW_" + strings.TrimPrefix(program, "vf-") + "_" + flag
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// onlyFlag reports whether a flag can be set on the command line only.
func onlyFlag(f cli.Flag) bool {
	documented, is := f.(cli.DocGenerationFlag)
	return !is || len(documented.GetEnvVars()) == 0
}
