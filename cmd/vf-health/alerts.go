package main

import (
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/metrics"
)

// alertFlags are the limits that monitor and dashboard judge by, and where
// their logs are.
func alertFlags() []cli.Flag {
	d := metrics.DefaultLimits()
	return []cli.Flag{
		&cli.StringFlag{Name: "logs", TakesFile: true, DefaultText: "that of --log-file, or $XDG_STATE_HOME/voiceflow/log", Usage: "`FOLDER` of the programs' logs"},
		&cli.DurationFlag{Name: "alert-processing", Value: d.Processing, Usage: "alert where an utterance takes longer to recognise"},
		&cli.Float64Flag{Name: "alert-speed", Value: d.SpeedCritical, Usage: "critical alert below this speed factor"},
		&cli.Float64Flag{Name: "alert-speed-warning", Value: d.SpeedWarning, Usage: "warning below this speed factor"},
		&cli.DurationFlag{Name: "alert-latency", Value: d.Latency, Usage: "alert where text comes later after the speech, on average"},
		&cli.Float64Flag{Name: "alert-memory", Value: d.MemoryMB, Usage: "alert where a program grows by more `MB` beyond its model"},
		&cli.Float64Flag{Name: "alert-cpu", Value: d.CPUPercent, Usage: "alert where more `PERCENT` of all processors are in use"},
		&cli.Float64Flag{Name: "alert-errors", Value: 100 * d.ErrorRate, Usage: "alert where more `PERCENT` of the items fail"},
	}
}

func alertLimits(c *cli.Context) (metrics.Limits, error) {
	var wrong []error
	for _, name := range []string{"alert-speed", "alert-speed-warning", "alert-memory", "alert-cpu", "alert-errors"} {
		if v := c.Float64(name); !(v >= 0) {
			wrong = append(wrong, cmdline.WrongValue(c, name, "it must be 0 or more"))
		}
	}
	for _, name := range []string{"alert-processing", "alert-latency"} {
		if v := c.Duration(name); v <= 0 {
			wrong = append(wrong, cmdline.WrongValue(c, name, "it must be more than 0"))
		}
	}
	return metrics.Limits{
		Processing: c.Duration("alert-processing"), SpeedWarning: c.Float64("alert-speed-warning"), SpeedCritical: c.Float64("alert-speed"),
		MemoryMB: c.Float64("alert-memory"), CPUPercent: c.Float64("alert-cpu"), ErrorRate: c.Float64("alert-errors") / 100,
		Latency: c.Duration("alert-latency"),
	}, errors.Join(wrong...)
}

// watch is what monitor and dashboard look at, and by which limits.
type watch struct {
	folder string        // of the logs
	since  time.Duration // how far back they are read
	limits metrics.Limits
	// alive tells whether a process runs; nil where the user names a folder,
	// which may hold the logs of another machine.
	alive func(program string, pid int) bool
}

func newWatch(c *cli.Context) (watch, error) {
	limits, err := alertLimits(c)
	since := c.Duration("since")
	if since <= 0 {
		err = errors.Join(err, cmdline.WrongValue(c, "since", "it must be more than 0, as in --since 1h"))
	}
	if err != nil {
		return watch{}, err
	}
	w := watch{folder: logsInForce(c), since: since, limits: limits, alive: running}
	if named := c.String("logs"); named != "" && filepath.Clean(named) != w.folder {
		w.folder, w.alive = named, nil
	}
	return w, nil
}

func checkWatch(c *cli.Context) error {
	_, err := newWatch(c)
	return err
}

// ago is the time from which on the logs are read.
func (w watch) ago() time.Time { return time.Now().Add(-w.since) }

// running tells whether a process of a program runs here. Its number alone says
// little: it is given again to others.
func running(program string, pid int) bool {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return false
	}
	name, err := p.Name()
	return err != nil || strings.HasPrefix(name, program)
}
