// Vf-health checks, monitors and configures the other programs.
package main

import (
	"io"
	"os"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/cmdline/streams"
)

func main() { os.Exit(run(os.Args, os.Stdin, streams.Stdout(), os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return cmdline.Run(cmdline.Command{
		Name:  "vf-health",
		Usage: "check, monitor and configure the other programs",
		Description: `Examples:

  vf-health preflight     is this machine ready?
  vf-health config init   create a configuration file
  vf-health monitor       watch the programs while they run`,
		Words:   completionWords(),
		Monitor: true,
		// These flags mean different things to different commands, so they cannot be
		// configured.
		OnlyFlags: []string{"format", "output", "force"},
		Subcommands: []cmdline.Command{
			preflightCommand(),
			configCommand(),
			checkCommand(),
			monitorCommand(),
			dashboardCommand(),
			analyzeCommand(),
			cleanCommand(),
			bundleCommand(),
		},
	}, args, stdin, stdout, stderr)
}
