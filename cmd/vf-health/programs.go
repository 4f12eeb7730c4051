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
	return &cli.StringFlag{Name: "programs", TakesFile: true, DefaultText: "where vf-health itself is", Usage: "`FOLDER` of the other programs"}
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

// answer is what a program tells of its settings.
type answer struct {
	settings []config.Effective
	problems []string     // what is wrong with them
	inUse    config.InUse // zero: it refuses to work
}

// settingsOf asks a program, with some flags, for its settings: by default or
// with a configuration file.
func settingsOf(ctx context.Context, path, file string, flags ...string) (answer, error) {
	args := append([]string{"--settings"}, flags...)
	if file != "" {
		args = append(args, "--config", file)
	}
	out, err := peer.Run(ctx, settingsTime, path, args...)
	if err != nil {
		return answer{}, fmt.Errorf("%s --settings: %w; build the programs with make, or name their folder with --programs", path, err)
	}
	a := answer{inUse: peer.InUse(out.Stdout)}
	if a.settings, a.problems, err = peer.Settings(out.Stdout); err != nil {
		return answer{}, fmt.Errorf("%s --settings: %w; are the programs of one version?", path, err)
	}
	if out.Code != exitcode.OK && len(a.problems) == 0 {
		return answer{}, fmt.Errorf("%s --settings: exit code %d: %s", path, out.Code, peer.LastMessage(out.Stderr))
	}
	return a, nil
}
