package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/internal/config"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
)

func programsFlag() cli.Flag {
	return &cli.StringFlag{Name: "programs", TakesFile: true, DefaultText: "the folder of vf-health",
		Usage: "`FOLDER` folder of the other programs"}
}

// programsFolder returns the folder of the other programs.
func programsFolder(c *cli.Context) (string, error) {
	if folder := c.String("programs"); folder != "" {
		return searchless(folder)
	}
	return ownFolder()
}

// searchless returns the folder so that a path in it always has a slash: a bare name
// would be searched for in PATH.
func searchless(folder string) (string, error) {
	if filepath.Clean(folder) != "." {
		return folder, nil
	}
	return filepath.Abs(folder)
}

// ownFolder returns the folder of this program.
func ownFolder() (string, error) {
	path, err := os.Executable()
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fmt.Errorf("cannot find the folder of the programs: %w; name it with --programs", err)
	}
	return filepath.Dir(path), nil
}

// settingsTime is how long a program may take to print its settings.
const settingsTime = 20 * time.Second

// answer is a program's answer to --settings.
type answer struct {
	settings []config.Effective
	problems []string     // mistakes in the settings
	inUse    config.InUse // zero: the program refuses to start
}

// settingsOf asks a program for its settings, passing flags and, unless it is empty, a
// configuration file.
func settingsOf(ctx context.Context, path, file string, flags ...string) (answer, error) {
	args := append([]string{"--settings"}, flags...)
	if file != "" {
		args = append(args, "--config", file)
	}
	out, err := peer.Run(ctx, settingsTime, path, args...)
	if err != nil {
		return answer{}, fmt.Errorf("%s --settings: %w; build the programs with make, or name their folder with --programs",
			path, err)
	}
	a := answer{inUse: peer.InUse(out.Stdout)}
	if a.settings, a.problems, err = peer.Settings(out.Stdout); err != nil {
		return answer{}, fmt.Errorf("%s --settings: %w; are all programs of the same version?", path, err)
	}
	if out.Code != exitcode.OK && len(a.problems) == 0 {
		return answer{}, fmt.Errorf("%s --settings: exit code %d: %s", path, out.Code, peer.LastMessage(out.Stderr))
	}
	return a, nil
}
