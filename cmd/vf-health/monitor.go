package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/urfave/cli/v2"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/monitor"
	"voiceflow/internal/health/service"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/logrecord"
)

func monitorCommand() cmdline.Command {
	return cmdline.Command{
		Name:  "monitor",
		Usage: "show speed, latency and alerts in the terminal",
		Description: `Shows alerts, running programs, recent utterances and problems, live. It reads
the programs' logs, which never contain the text itself.

With --once, or if standard output is not a terminal, it prints the current
state and exits.

Exit code: 0 no alerts, 1 warnings, 2 critical alerts, 3 unknown.`,
		Flags: slices.Concat(cmdline.Group("Monitor",
			&cli.DurationFlag{Name: "since", Value: time.Hour, Usage: "`TIME` how far back to read the logs"},
			&cli.BoolFlag{Name: "once", Usage: "print the current state and exit"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json, with --once"},
			logsFlag(),
		), cmdline.Group("Monitor", serverFlags()...), alertFlags()),
		Check:  checkWatch,
		Action: runMonitor,
	}
}

func runMonitor(env *cmdline.Env, c *cli.Context) error {
	w, err := newWatch(c)
	if err != nil {
		return err
	}
	s, err := readServer(c)
	if err != nil {
		return err
	}
	if f := c.String("format"); f != "text" && f != "json" {
		return fmt.Errorf("--format %s: use text or json", f)
	}
	once := c.Bool("once")
	switch {
	case !once && c.IsSet("format") && c.String("format") != "text":
		return errors.New("--format json needs --once")
	case !once && !cmdline.IsTerminal(env.Stdout):
		env.Log.Info().Msg("standard output is not a terminal: printing the current state, as with --once")
		once = true
	}
	if once {
		return monitorOnce(env, w, s, c.String("format"))
	}
	return monitorLive(env, w, s)
}

// monitorOnce prints the current state.
func monitorOnce(env *cmdline.Env, w watch, s server, format string) error {
	ctx, caughtUp := context.WithCancel(env.Context)
	defer caughtUp()
	state := metrics.NewState(w.limits)
	lines, logs := problems{what: "log lines"}, problems{what: "logs"}
	for r, err := range logrecord.Watch(w.folder, w.start(), caughtUp)(ctx) {
		switch {
		case err == nil:
			state.Add(r)
		case errors.As(err, new(*logrecord.LineError)):
			lines.add(err)
		case !errors.Is(err, fs.ErrNotExist): // a missing log is reported below
			logs.add(err)
		}
	}
	if err := env.Context.Err(); err != nil {
		return err
	}
	lines.warn(env)
	snapshot := state.Snapshot(time.Now(), w.alive)
	if s.address != "" {
		snapshot.AddServer(service.Read(env.Context, s.address, s.token))
	}
	if logs.count > 0 && monitor.Empty(snapshot) {
		return logs.err() // nothing could be read
	}
	if err := writeSnapshot(env.Stdout, w, snapshot, format); err != nil {
		return err
	}
	code := worst(snapshot.Alerts)
	switch {
	case code == exitcode.Healthy && logs.count > 0:
		return logs.err() // the unreadable logs may contain alerts
	case code == exitcode.Healthy:
		return nil
	}
	logs.warn(env)
	return cmdline.Exit(code, nil)
}

// problems counts lines or logs that cannot be read: a damaged log has many.
type problems struct {
	what  string
	count int
	last  error
}

func (p *problems) add(err error) { p.count, p.last = p.count+1, err }

func (p *problems) err() error {
	return fmt.Errorf("unreadable %s: %d, the last: %w", p.what, p.count, p.last)
}

// warn logs an event of its own, so that the warning does not count as a program's
// problem when the logs are read again.
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

// worst returns the exit code for the alerts.
func worst(alerts []metrics.Alert) int {
	status := verdict.OK
	for _, a := range alerts {
		status = max(status, a.Status)
	}
	return int(status)
}

// monitorLive follows the logs until the user quits.
func monitorLive(env *cmdline.Env, w watch, s server) error {
	ctx, cancel := context.WithCancel(env.Context)
	defer cancel()
	environ := os.Environ()
	if os.Getenv("NO_COLOR") != "" {
		environ = append(environ, "NO_COLOR=1") // any value counts, but bubbletea accepts only booleans
	}
	// Without WithInput, bubbletea opens the terminal as the keyboard, even if standard
	// input is something else.
	model := monitor.New(monitor.Options{
		Folder: w.folder, Since: w.since, Limits: w.limits, Alive: w.alive,
		Server: service.Watch(ctx, s.address, s.token).Latest,
	})
	program := tea.NewProgram(model, tea.WithOutput(env.Stdout), tea.WithContext(ctx),
		tea.WithEnvironment(environ), tea.WithoutSignalHandler())
	go func() {
		select {
		case <-env.Stop: // a signal: Ctrl-C arrives as a key, because the terminal is raw
			program.Quit()
		case <-ctx.Done():
		}
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		send(ctx, logrecord.Follow(w.folder, w.start()), func(news monitor.News) { program.Send(news) })
	}()
	_, err := program.Run()
	cancel()
	<-done
	if errors.Is(err, tea.ErrProgramKilled) && env.Context.Err() != nil {
		return env.Context.Err()
	}
	return err
}

// newsTime is how long readings are collected before drawing, because drawing after
// each one would take longer than reading them.
const newsTime = 100 * time.Millisecond

// send passes on the readings of a source in batches.
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
