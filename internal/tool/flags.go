package tool

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// commonFlags are made anew for each run, like the program's own.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "config", EnvVars: []string{"VOICEFLOW_CONFIG"}, TakesFile: true,
			Usage:       "configuration `FILE`",
			DefaultText: "$XDG_CONFIG_HOME/voiceflow/config.toml, if there",
		},
		&cli.BoolFlag{
			Name:  "settings",
			Usage: "print every setting, its value and where that is from, as JSON lines, and do nothing else",
		},
		&cli.StringFlag{
			Name: "log-level", EnvVars: []string{"VOICEFLOW_LOG_LEVEL"}, Value: "standard",
			Usage: "`LEVEL` of what is logged to standard error: minimal, standard, verbose or monitoring",
		},
		&cli.StringFlag{
			Name: "log-file", EnvVars: []string{"VOICEFLOW_LOG_FILE"}, TakesFile: true,
			Usage: "log to this `FILE` too, as JSON lines with what each utterance cost, rotated at 10 MB; to PROGRAM.log in it, where it is a folder or ends with /",
		},
	}
}

// nameVariables gives each flag of a command and its subcommands, but those
// that are flags alone, its environment variable: --min-speech of vf-vad is
// VOICEFLOW_VAD_MIN_SPEECH. A flag that has one of its own keeps it as well.
func (p *program) nameVariables(c Command, only []string) {
	only = slices.Concat(only, c.OnlyFlags)
	for _, f := range c.Flags {
		if slices.Contains(only, f.Names()[0]) {
			continue
		}
		name := "VOICEFLOW_" + p.section() + "_" + f.Names()[0]
		name = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
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
			panic(fmt.Sprintf("flag --%s: a kind of flag that has no environment variable yet", f.Names()[0]))
		}
	}
	for _, sub := range c.Subcommands {
		p.nameVariables(sub, only)
	}
}

// onlyFlag tells whether nothing but the command line sets a flag.
func onlyFlag(f cli.Flag) bool {
	documented, is := f.(cli.DocGenerationFlag)
	return !is || len(documented.GetEnvVars()) == 0
}
