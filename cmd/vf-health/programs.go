package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"voiceflow/pkg/config"
)

// programs are the names of all five.
func programs() []string {
	return []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"}
}

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
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		return "", fmt.Errorf("the programs' place is unknown: %w; name it with --programs", err)
	}
	return filepath.Dir(program), nil
}

// settingsTime is how long a program may take to tell its settings.
const settingsTime = 20 * time.Second

// settingsOf asks a program for its settings, by default or with a
// configuration file, and for what is wrong with them. What it says on standard
// error, about a file that it does not use, is among the problems.
func settingsOf(ctx context.Context, folder, program, file string) (settings []config.Effective, problems []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, settingsTime)
	defer cancel()
	args := []string{"--settings"}
	if file != "" {
		args = append(args, "--config", file)
	}
	path := filepath.Join(folder, program)
	cmd := exec.CommandContext(ctx, path, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("%s --settings: no answer within %v", path, settingsTime)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, nil, fmt.Errorf("%w; build the programs with make, or name their folder with --programs", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			config.Effective
			Error string `json:"error"`
		}
		switch jsonErr := json.Unmarshal(lines.Bytes(), &line); {
		case jsonErr != nil:
			return nil, nil, fmt.Errorf("%s --settings: %w; are the programs of one version?", path, jsonErr)
		case line.Type == config.SettingType:
			settings = append(settings, line.Effective)
		case line.Type == config.ProblemType:
			problems = append(problems, line.Error)
		}
	}
	problems = append(problems, messages(said.String())...)
	if err != nil && len(problems) == 0 {
		return nil, nil, fmt.Errorf("%s --settings: %w", path, err)
	}
	return settings, problems, lines.Err()
}

// messages are those of a program's log.
func messages(log string) (all []string) {
	for line := range strings.Lines(log) {
		var entry struct {
			Message string `json:"message"`
		}
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Message != "" {
			all = append(all, entry.Message)
		} else if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
