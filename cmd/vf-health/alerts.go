package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/service"
	"voiceflow/internal/server/endpoint"
)

// logsFlag names the folder of the logs to read.
func logsFlag() cli.Flag {
	return &cli.StringFlag{Name: "logs", TakesFile: true, Usage: "`FOLDER` folder of the programs' logs",
		DefaultText: "the folder of --log-file, or $XDG_STATE_HOME/voiceflow/log"}
}

// serverFlags name the transcription server to read.
func serverFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "server", Value: service.Auto,
			Usage: "`ADDRESS` read this vf-transcribe --listen too: unix:PATH, HOST:PORT, a URL, " +
				"auto (yours, if it has a socket) or none"},
		&cli.StringFlag{Name: "server-token", TakesFile: true, Usage: "`FILE` secret for that server, as its --token-file"},
	}
}

// server is the transcription server to read.
type server struct {
	address string // empty: none
	token   string
}

func readServer(c *cli.Context) (server, error) {
	token, err := endpoint.ReadToken(c.String("server-token"))
	if err != nil {
		return server{}, fmt.Errorf("--server-token: %w", err)
	}
	return server{service.Resolve(c.String("server")), token}, nil
}

// alertFlags set the alert limits of monitor and dashboard.
func alertFlags() []cli.Flag {
	d := metrics.DefaultLimits()
	return cmdline.Group("Alerts",
		&cli.DurationFlag{Name: "alert-latency", Value: d.Latency,
			Usage: "`TIME` warn if the average time from speech to text is longer"},
		&cli.DurationFlag{Name: "alert-processing", Value: d.Processing,
			Usage: "`TIME` critical alert if recognising an utterance takes longer"},
		&cli.Float64Flag{Name: "alert-speed-warning", Value: d.SpeedWarning,
			Usage: "`FACTOR` warn if speed is below this multiple of real time"},
		&cli.Float64Flag{Name: "alert-speed", Value: d.SpeedCritical,
			Usage: "`FACTOR` critical alert if speed is below this multiple of real time"},
		&cli.Float64Flag{Name: "alert-errors", Value: 100 * d.ErrorRate,
			Usage: "`PERCENT` critical alert if more than this share of items fails"},
		&cli.Float64Flag{Name: "alert-memory", Value: d.MemoryMB,
			Usage: "`MB` warn if a program grows beyond its model by more than this"},
		&cli.Float64Flag{Name: "alert-cpu", Value: d.CPUPercent,
			Usage: "`PERCENT` warn if a program uses more than this share of all processors"},
	)
}

func alertLimits(c *cli.Context) (metrics.Limits, error) {
	var wrong []error
	for _, name := range []string{"alert-speed", "alert-speed-warning", "alert-memory", "alert-cpu", "alert-errors"} {
		if v := c.Float64(name); !(v >= 0) {
			wrong = append(wrong, cmdline.WrongValue(c, name, "must be 0 or more"))
		}
	}
	for _, name := range []string{"alert-processing", "alert-latency"} {
		if v := c.Duration(name); v <= 0 {
			wrong = append(wrong, cmdline.WrongValue(c, name, "must be above 0"))
		}
	}
	return metrics.Limits{
		Processing: c.Duration("alert-processing"), Latency: c.Duration("alert-latency"),
		SpeedWarning: c.Float64("alert-speed-warning"), SpeedCritical: c.Float64("alert-speed"),
		MemoryMB: c.Float64("alert-memory"), CPUPercent: c.Float64("alert-cpu"), ErrorRate: c.Float64("alert-errors") / 100,
	}, errors.Join(wrong...)
}

// watch is what monitor and dashboard read, with its limits.
type watch struct {
	folder string        // of the logs
	since  time.Duration // how far back to read
	limits metrics.Limits
	// alive reports whether a process is running. It is nil if the user names a
	// folder, because that may hold the logs of another machine.
	alive func(program string, pid int) bool
}

func newWatch(c *cli.Context) (watch, error) {
	limits, err := alertLimits(c)
	since := c.Duration("since")
	if since <= 0 {
		err = errors.Join(err, cmdline.WrongValue(c, "since", "must be above 0, as in --since 1h"))
	}
	if err != nil {
		return watch{}, err
	}
	w := watch{folder: logsInForce(c), since: since, limits: limits, alive: isRunning}
	if named := c.String("logs"); named != "" && filepath.Clean(named) != w.folder {
		w.folder, w.alive = named, nil
	}
	return w, nil
}

func checkWatch(c *cli.Context) error {
	_, err := newWatch(c)
	return err
}

// start is the time from which the logs are read.
func (w watch) start() time.Time { return time.Now().Add(-w.since) }

// isRunning reports whether a process of a program is running here. It checks the
// name too, because process IDs are reused.
func isRunning(program string, pid int) bool {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return false
	}
	name, err := p.Name()
	return err != nil || strings.HasPrefix(name, program)
}
