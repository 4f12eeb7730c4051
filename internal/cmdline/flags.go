package cmdline

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
			Name: "config", EnvVars: []string{"VOICEFLOW_CONFIG"}, Category: general, TakesFile: true,
			Usage:       "`FILE` the configuration",
			DefaultText: "$XDG_CONFIG_HOME/voiceflow/config.toml, if there",
		},
		&cli.BoolFlag{
			Name: "settings", Category: general,
			Usage: "print every setting, its value and where it comes from as JSON lines, then exit",
		},
		&cli.StringFlag{
			Name: "log-level", EnvVars: []string{"VOICEFLOW_LOG_LEVEL"}, Value: "standard", Category: general,
			Usage: "`LEVEL` how much to log to standard error: minimal, standard, verbose or monitoring",
		},
		&cli.StringFlag{
			Name: "log-file", EnvVars: []string{"VOICEFLOW_LOG_FILE"}, Category: general, TakesFile: true,
			Usage: "`FILE` also write logs to FILE (to PROGRAM.log in it if it is a folder or ends with /) as JSON lines, with the cost of each utterance; rotated at 10 MB",
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
