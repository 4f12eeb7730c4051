package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/pkg/config"
	"voiceflow/pkg/program"
)

func programsFlag() cli.Flag {
	return &cli.StringFlag{Name: "programs", DefaultText: "where vf-health itself is", Usage: "`FOLDER` of the other programs"}
}

// programsFolder is the folder of the programs.
func programsFolder(c *cli.Context) (string, error) {
	if folder := c.String("programs"); folder != "" {
		return folder, nil
	}
	return ownFolder()
}

// ownFolder is the folder of this program.
func ownFolder() (string, error) {
	path, err := os.Executable()
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fmt.Errorf("the programs' place is unknown: %w; name it with --programs", err)
	}
	return filepath.Dir(path), nil
}

// settingsTime is how long a program may take to tell its settings.
const settingsTime = 20 * time.Second

// settingsOf asks a program for its settings, by default or with a
// configuration file, and for what is wrong with them. What it says on standard
// error, about a file that it does not use, is among the problems.
func settingsOf(ctx context.Context, folder, name, file string) (settings []config.Effective, problems []string, err error) {
	args := []string{"--settings"}
	if file != "" {
		args = append(args, "--config", file)
	}
	path := filepath.Join(folder, name)
	out, err := program.Run(ctx, settingsTime, path, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("%s --settings: %w; build the programs with make, or name their folder with --programs", path, err)
	}
	if settings, problems, err = program.Settings(out.Stdout); err != nil {
		return nil, nil, fmt.Errorf("%s --settings: %w; are the programs of one version?", path, err)
	}
	problems = append(problems, program.Messages(out.Stderr)...)
	if out.Code != 0 && len(problems) == 0 {
		return nil, nil, fmt.Errorf("%s --settings: exit code %d", path, out.Code)
	}
	return settings, problems, nil
}
