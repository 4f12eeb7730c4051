package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/monitor"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/logrecord"
)

func monitorCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "monitor",
		Usage: "show in the terminal what the programs do: speed, latency, load, alerts",
		Description: `Reads the programs' logs and shows alerts, running programs, the last
utterances and problems, live. The logs hold no text of what was said.

With --once, or where standard output is no terminal, it shows one moment and
exits with 0 without alerts, 1 with warnings, 2 with critical alerts.`,
		Flags: append([]cli.Flag{
			&cli.DurationFlag{Name: "since", Value: time.Hour, Usage: "read the logs from this long ago on"},
			&cli.BoolFlag{Name: "once", Usage: "show this moment, and judge it by the exit code"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of --once: text or json"},
		}, alertFlags()...),
		Check:  checkWatch,
		Action: runMonitor,
	}
}

func runMonitor(env *cmdline.Env, c *cli.Context) error {
	w, err := newWatch(c)
	if err != nil {
		return err
	}
	if f := c.String("format"); f != "text" && f != "json" {
		return fmt.Errorf("--format %s: use text or json", f)
	}
	once := c.Bool("once")
	switch {
	case !once && c.IsSet("format") && c.String("format") != "text":
		return errors.New("--format json is for --once")
	case !once && !cmdline.IsTerminal(env.Stdout):
		env.Log.Info().Msg("standard output is no terminal: one moment is shown, as with --once")
		once = true
	}
	if once {
		return monitorOnce(env, w, c.String("format"))
	}
	return monitorLive(env, w)
}

// monitorOnce shows the logs as they are now.
func monitorOnce(env *cmdline.Env, w watch, format string) error {
	ctx, caughtUp := context.WithCancel(env.Context)
	defer caughtUp()
	state := metrics.NewState(w.limits)
	lines, logs := problems{what: "lines of logs"}, problems{what: "logs"}
	for r, err := range logrecord.Watch(w.folder, w.ago(), caughtUp)(ctx) {
		switch {
		case err == nil:
			state.Add(r)
		case errors.As(err, new(*logrecord.LineError)):
			lines.add(err)
		case !errors.Is(err, fs.ErrNotExist): // that there is no log yet is said below
			logs.add(err)
		}
	}
	if err := env.Context.Err(); err != nil {
		return err
	}
	lines.warn(env)
	snapshot := state.Snapshot(time.Now(), w.alive)
	if logs.count > 0 && monitor.Empty(snapshot) {
		return logs.err() // nothing could be seen
	}
	if err := writeSnapshot(env.Stdout, w, snapshot, format); err != nil {
		return err
	}
	code := worst(snapshot.Alerts)
	switch {
	case code == exitcode.Healthy && logs.count > 0:
		return logs.err() // there may be alerts in what was not seen
	case code == exitcode.Healthy:
		return nil
	}
	logs.warn(env)
	return cmdline.Exit(code, nil)
}

// problems are lines or logs that could not be read: a damaged log has many.
type problems struct {
	what  string
	count int
	last  error
}

func (p *problems) add(err error) { p.count, p.last = p.count+1, err }

func (p *problems) err() error {
	return fmt.Errorf("%s that could not be read: %d, the last: %w", p.what, p.count, p.last)
}

// warn is with an event, so that the warning is no problem of a program the next
// time that the logs are read.
func (p *problems) warn(env *cmdline.Env) {
	if p.count > 0 {
		env.Log.Warn().EmbedObject(logrecord.Unreadable).Msg(p.err().Error())
	}
}

func writeSnapshot(out io.Writer, w watch, s metrics.Snapshot, format string) error {
	text := monitor.Text(s)
	if format == "json" {
		data, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return err
		}
		text = string(data) + "\n"
	} else if monitor.Empty(s) {
		text = monitor.Nothing(w.folder, w.since) + "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}

// worst is the exit code that the alerts call for.
func worst(alerts []metrics.Alert) int {
	status := verdict.OK
	for _, a := range alerts {
		status = max(status, a.Status)
	}
	return int(status)
}

// monitorLive follows the logs until the user quits.
func monitorLive(env *cmdline.Env, w watch) error {
	ctx, cancel := context.WithCancel(env.Context)
	defer cancel()
	environ := os.Environ()
	if os.Getenv("NO_COLOR") != "" {
		environ = append(environ, "NO_COLOR=1") // any value means it, bubbletea knows truth values only
	}
	// The keyboard is the terminal, even where standard input is none: without
	// WithInput, bubbletea opens it.
	program := tea.NewProgram(monitor.New(monitor.Options{Folder: w.folder, Since: w.since, Limits: w.limits, Alive: w.alive}), tea.WithOutput(env.Stdout), tea.WithContext(ctx),
		tea.WithEnvironment(environ), tea.WithoutSignalHandler())
	go func() {
		select {
		case <-env.Stop: // the terminal is raw, so this is no Ctrl-C but a signal
			program.Quit()
		case <-ctx.Done():
		}
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		send(ctx, logrecord.Follow(w.folder, w.ago()), func(news monitor.News) { program.Send(news) })
	}()
	_, err := program.Run()
	cancel()
	<-done
	if errors.Is(err, tea.ErrProgramKilled) && env.Context.Err() != nil {
		return env.Context.Err()
	}
	return err
}

// newsTime is how long readings are gathered: drawing for each of many would
// take longer than reading them.
const newsTime = 100 * time.Millisecond

// send hands on the readings of a source in batches.
func send(ctx context.Context, source logrecord.Source, to func(monitor.News)) {
	type line struct {
		reading logrecord.Record
		err     error
	}
	single := make(chan line, 1024)
	go func() {
		defer close(single)
		for r, err := range source(ctx) {
			single <- line{r, err}
		}
	}()
	var batch monitor.News
	ticker := time.NewTicker(newsTime)
	defer ticker.Stop()
	for {
		select {
		case next, more := <-single:
			switch {
			case !more:
				return
			case next.err != nil:
				batch.Errs = append(batch.Errs, next.err)
			default:
				batch.Readings = append(batch.Readings, next.reading)
			}
		case <-ticker.C:
			if len(batch.Readings)+len(batch.Errs) > 0 {
				to(batch)
				batch = monitor.News{}
			}
		}
	}
}
