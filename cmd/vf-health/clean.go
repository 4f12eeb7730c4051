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
		Usage: "remove old logs and leftover files",
		Description: `Removes old rotated logs, old check results, and files left behind by killed
programs. It recognises them by their names. It never removes live logs, open
files, symbolic links, models, recordings, transcripts or undelivered texts.

Temporary files are removed after an hour. Partial downloads, and unfinished
files in --outputs folders, are removed after --older-than or a day, whichever
is longer.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Aliases: []string{"n"}, Usage: "show what would be removed, but remove nothing"},
			&cli.DurationFlag{Name: "older-than", Value: 720 * time.Hour,
				Usage: "`TIME` remove files older than this, by their last change; 720h is 30 days"},
			&cli.StringFlag{Name: "larger-than", Value: "100MB",
				Usage: "`SIZE` remove the oldest logs until the total is below this; 0 means no limit"},
			&cli.StringSliceFlag{Name: "outputs", TakesFile: true,
				Usage: "`FOLDER` also remove unfinished recordings and transcripts in a folder; can be repeated"},
			logsFlag(),
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
	summary := "%d removed, %s freed\n"
	if dry {
		summary = "%d to remove, %s to free\n"
	}
	if _, err := fmt.Fprintf(env.Stdout, summary, files, prose.Size(bytes)); err != nil {
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

// cleanPlaces returns the folders that the programs write to. Named folders must
// exist.
func cleanPlaces(c *cli.Context) ([]clean.Place, error) {
	age := c.Duration("older-than")
	bytes, err := prose.ParseSize(c.String("larger-than"))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--larger-than: %w", err)
	case age < 0:
		return nil, fmt.Errorf("--older-than %v: must not be negative; use a time such as 720h", age)
	}
	logs := logsInForce(c)
	named := c.StringSlice("outputs")
	if c.String("logs") != "" {
		logs = c.String("logs")
		named = append([]string{logs}, named...)
	}
	for _, folder := range named {
		if info, err := os.Stat(folder); err != nil {
			return nil, fmt.Errorf("clean: %w; name an existing folder", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("clean: %s is not a folder", folder)
		}
	}
	places := []clean.Place{
		clean.Logs(logs, age, bytes),
		clean.History(historyFolder(), age),
		clean.Downloads(models.Default().Dir, age),
		clean.Temporary(os.TempDir()), clean.CheckFolders(os.TempDir()), clean.Uploads(os.TempDir()),
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
