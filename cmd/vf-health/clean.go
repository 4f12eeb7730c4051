package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/clean"
	"voiceflow/internal/prose"
	"voiceflow/pkg/engine/models"
)

func cleanCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "clean",
		Usage: "remove old rotated logs and histories, and what killed programs left behind",
		Description: `Goes by the names that the programs give their files, and by nothing else. Live
logs stay, and so do symbolic links, what a process has open, models, recordings,
transcripts, and texts that were not delivered.

Temporary files go after an hour. Half a download and what --outputs finds go
after --older-than, but not before a day.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "logs", TakesFile: true, DefaultText: "that of --log-file, or $XDG_STATE_HOME/voiceflow/log", Usage: "`FOLDER` of the programs' logs"},
			&cli.DurationFlag{Name: "older-than", Value: 720 * time.Hour, Usage: "remove what was last written so long ago: `DURATION`, 720h are 30 days"},
			&cli.StringFlag{Name: "larger-than", Value: "100MB", Usage: "remove the oldest logs as long as all are larger than this `SIZE`; 0 is no limit"},
			&cli.StringSliceFlag{Name: "outputs", TakesFile: true, Usage: "`FOLDER` of recordings or transcripts, to be rid of unfinished ones"},
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "tell what would be removed, and remove nothing"},
		},
		Action: runClean,
	}
}

func runClean(env *cmdline.Env, c *cli.Context) error {
	places, err := cleanPlaces(c)
	if err != nil {
		return err
	}
	dry := c.Bool("dry-run")
	var files int
	var bytes int64
	var failed error
	for _, place := range places {
		gone, err := place.Clean(time.Now(), dry)
		failed = errors.Join(failed, err)
		for _, g := range gone {
			files++
			bytes += g.Bytes
			if err := printRemoved(env.Stdout, g, dry); err != nil {
				return err
			}
		}
	}
	verb := "removed, and freed"
	if dry {
		verb = "would be removed, and free"
	}
	if _, err := fmt.Fprintf(env.Stdout, "%d %s: %s\n", files, verb, prose.Size(bytes)); err != nil {
		return err
	}
	return failed
}

func printRemoved(w io.Writer, g clean.Removed, dry bool) error {
	verb := "removed"
	if dry {
		verb = "would remove"
	}
	_, err := fmt.Fprintf(w, "%s %s: %s, %s\n", verb, prose.Line(g.Path), prose.Size(g.Bytes), g.Why)
	return err
}

// cleanPlaces are the folders that the programs write to. Those that are named
// must be there.
func cleanPlaces(c *cli.Context) ([]clean.Place, error) {
	age := c.Duration("older-than")
	bytes, err := prose.ParseSize(c.String("larger-than"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--larger-than: %w", err)
	case age < 0:
		return nil, fmt.Errorf("--older-than %v: give a duration such as 720h", age)
	}
	logs := logsInForce(c)
	named := c.StringSlice("outputs")
	if c.String("logs") != "" {
		logs = c.String("logs")
		named = append([]string{logs}, named...)
	}
	for _, folder := range named {
		if info, err := os.Stat(folder); err != nil {
			return nil, fmt.Errorf("clean: %w; name a folder that is there", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("clean: %s is not a folder", folder)
		}
	}
	places := []clean.Place{
		clean.Logs(logs, age, bytes),
		clean.History(historyFolder(), age),
		clean.Downloads(models.Default().Dir, age),
		clean.Temporary(os.TempDir()), clean.CheckFolders(os.TempDir()),
		clean.Unfinished(stateFolder()), clean.Unfinished(historyFolder()), clean.Unfinished(configFolder()),
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		places = append(places, clean.Temporary(dir))
	}
	for _, folder := range c.StringSlice("outputs") {
		places = append(places, clean.Outputs(folder, age))
	}
	return places, nil
}
