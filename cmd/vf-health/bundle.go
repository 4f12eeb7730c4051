package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/adrg/xdg"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/bundle"
)

func bundleCommand() cmdline.Command {
	return cmdline.Command{
		Name:         "bundle",
		Unconfigured: true, // a broken configuration may be the reason for the bug report
		Usage:        "pack the files for a bug report, without private data",
		Description: `The archive contains versions, system information, the configuration,
environment settings, the output of preflight, the latest checks and the logs.
It contains no recordings, transcripts, secrets or file names; docs/analysis.md
says what is removed and how.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, TakesFile: true,
				DefaultText: "voiceflow-bundle-TIME.tar.gz", Usage: "`FILE` archive to write; - is standard output"},
			&cli.DurationFlag{Name: "since", Value: 72 * time.Hour, Usage: "`TIME` how far back to include logs"},
			&cli.BoolFlag{Name: "with-names",
				Usage: "keep file names in the fields of log lines; names inside messages are still removed"},
			&cli.BoolFlag{Name: "force", Usage: "replace an existing archive"},
			logsFlag(),
		},
		Action: makeBundle,
	}
}

func makeBundle(env *cmdline.Env, c *cli.Context) error {
	now := time.Now()
	folder, err := programsFolder(c)
	if err != nil {
		return err
	}
	if c.Duration("since") <= 0 {
		return fmt.Errorf("--since %v: must be above 0, such as 72h", c.Duration("since"))
	}
	path := c.String("output")
	switch {
	case path == "-":
		if err := env.RefuseTerminal("an archive", "name a file with --output"); err != nil {
			return err
		}
	case path == "":
		path = "voiceflow-bundle-" + now.Format("20060102-150405") + ".tar.gz"
	}
	if err := bundle.Writable(path, c.Bool("force")); path != "-" && err != nil { // before doing the work
		return withRemedy(err)
	}
	options := bundle.Options{
		Programs: folder, Home: xdg.Home, Environ: os.Environ(), Now: now,
		ConfigFolder: configFolder(), ConfigFile: c.String("config"),
		Logs: cmp.Or(c.String("logs"), fromFile(c, "logs"), logsInForce(c)), History: historyFolder(),
		Since: now.Add(-c.Duration("since")), Names: c.Bool("with-names"),
	}
	ctx, cancel := env.UntilStopped()
	defer cancel()
	b := bundle.Collect(ctx, options)
	if err := ctx.Err(); err != nil {
		return err
	}
	if path == "-" {
		fmt.Fprintf(cmdline.Shown(env.Stderr), "%s\nLook through it before you send it.\n", b.Table())
		return b.Write(env.Stdout)
	}
	if err := b.WriteFile(path, c.Bool("force")); err != nil {
		return withRemedy(err)
	}
	_, err = fmt.Fprintf(cmdline.Shown(env.Stdout),
		"%s\nLook through it before you send it: tar -xzf %s\n%s\n", b.Table(), path, path)
	return err
}

// withRemedy adds what to do about an archive that cannot be written.
func withRemedy(err error) error {
	switch {
	case errors.Is(err, bundle.ErrExists):
		return fmt.Errorf("%w; name another --output, or replace it with --force", err)
	case errors.Is(err, bundle.ErrIsADir):
		return fmt.Errorf("%w; name a file in it with --output", err)
	case errors.Is(err, bundle.ErrNoFile):
		return fmt.Errorf("%w; name another --output, or - for standard output", err)
	}
	return err
}
