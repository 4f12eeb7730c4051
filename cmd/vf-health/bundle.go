package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/adrg/xdg"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/tool"
	"voiceflow/pkg/bundle"
)

func bundleCommand() tool.Command {
	return tool.Command{
		Name:         "bundle",
		Unconfigured: true, // a broken configuration is what many a report is about
		Usage:        "pack what a report of a bug needs, without texts, secrets and names of files",
		Description: `Versions, the system, the configuration, settings of the environment, what
preflight says, the last checks and the logs go into one archive. No recording
and no text of a transcript does. docs/analysis.md tells what is left out and
what is put in its place.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true, DefaultText: "voiceflow-bundle-TIME.tar.gz",
				Usage: "the archive's `FILE`"},
			&cli.StringFlag{Name: "logs", TakesFile: true, DefaultText: "$XDG_STATE_HOME/voiceflow/log", Usage: "`FOLDER` of the programs' logs"},
			&cli.DurationFlag{Name: "since", Value: 72 * time.Hour, Usage: "take lines of the logs that are no older than this `TIME`"},
			&cli.BoolFlag{Name: "with-names", Usage: "keep the names of files"},
			&cli.BoolFlag{Name: "force", Usage: "replace the archive if it is there"},
		},
		Action: makeBundle,
	}
}

func makeBundle(env *tool.Env, c *cli.Context) error {
	now := time.Now()
	folder, err := programsFolder(c)
	if err != nil {
		return err
	}
	if c.Duration("since") <= 0 {
		return fmt.Errorf("--since %v: must be above 0, such as 72h", c.Duration("since"))
	}
	path := c.String("output")
	if path == "" {
		path = "voiceflow-bundle-" + now.Format("20060102-150405") + ".tar.gz"
	}
	if _, err := os.Lstat(path); err == nil && !c.Bool("force") { // before the work
		return fmt.Errorf("%s is there already; name another --output, or replace it with --force", path)
	}
	options := bundle.Options{
		Programs: folder, Home: xdg.Home, Environ: os.Environ(), Now: now,
		ConfigFolder: configFolder(), ConfigFile: c.String("config"),
		Logs: c.String("logs"), History: historyFolder(),
		Since: now.Add(-c.Duration("since")), Names: c.Bool("with-names"),
	}
	if options.Logs == "" {
		options.Logs = logFolder()
	}
	b := bundle.Collect(env.Context, options)
	if err := env.Context.Err(); err != nil {
		return err
	}
	err = b.WriteFile(path, c.Bool("force"))
	if errors.Is(err, bundle.ErrExists) {
		return fmt.Errorf("%w; name another --output, or replace it with --force", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\nLook through it before you send it: tar -xzf %s\n%s\n", b.Table(), path, path)
	return err
}
