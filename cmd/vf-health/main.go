// Vf-health watches over the other programs.
package main

import (
	"io"
	"os"

	"voiceflow/internal/cmdline"
)

func main() { os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cmdline.Run(cmdline.Command{
		Name:    "vf-health",
		Usage:   "watch over the other programs",
		Monitor: true,
		// check has formats that monitor has not, and what bundle may replace is no
		// matter of init.
		OnlyFlags: []string{"format", "output", "force"},
		Subcommands: []cmdline.Command{
			analyzeCommand(),
			bundleCommand(),
			checkCommand(),
			configCommand(),
			preflightCommand(),
			cleanCommand(),
			monitorCommand(),
			dashboardCommand(),
		},
	}, args, stdin, stdout, stderr)
}
