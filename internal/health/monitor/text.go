package monitor

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/stats"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/prose"
)

// limits bounds the lists of a view.
type limits struct{ utterances, problems, stopped int }

// Text formats a snapshot as plain text, for a pipe or an email.
func Text(s metrics.Snapshot) string {
	lines := sections(s, 0, styles{}, limits{utterances: 20, problems: 10, stopped: 10})
	return strings.Join(lines, "\n") + "\n"
}

// Empty reports whether there is nothing to show.
func Empty(s metrics.Snapshot) bool { return len(s.Processes) == 0 && len(s.Problems) == 0 }

// Nothing returns a hint on what to do if a folder has no logs, or none with lines
// newer than since.
func Nothing(folder string, since time.Duration) string {
	logs, err := logrecord.Find(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "The logs in " + prose.Line(folder) + " cannot be read."
	}
	isOther := func(path string) bool { return !strings.HasPrefix(filepath.Base(path), "vf-health") }
	if slices.ContainsFunc(logs, isOther) {
		return fmt.Sprintf(`Nothing was logged to %s in the last %s.

To look further back, run: vf-health monitor --since %s`, prose.Line(folder), since, further(since))
	}
	return "There are no logs in " + prose.Line(folder) + ` yet.

Set log-file in the configuration (vf-health config init does that) and dictate
something. If the logs are elsewhere, run: vf-health monitor --logs FOLDER`
}

// further returns a longer time than since: a day, a week, or twice as long.
func further(since time.Duration) string {
	for _, d := range []time.Duration{24 * time.Hour, 7 * 24 * time.Hour} {
		if since < d {
			return fmt.Sprintf("%.0fh", d.Hours())
		}
	}
	return fmt.Sprintf("%.0fh", 2*since.Hours())
}

func sections(s metrics.Snapshot, width int, look styles, most limits) []string {
	lines := alerts(s, width, look)
	lines = append(lines, microphone(s.Processes, width, look)...)
	lines = append(lines, trends(s.Recent, width)...)
	lines = append(lines, programs(s.Processes, width, look, most.stopped)...)
	lines = append(lines, utterances(s.Recent, width, look, most.utterances)...)
	return append(lines, problems(s.Problems, width, look, most.problems)...)
}

func alerts(s metrics.Snapshot, width int, look styles) []string {
	if len(s.Alerts) == 0 {
		return []string{look.good.Render(cut("No alerts", width))}
	}
	var lines []string
	for _, a := range s.Alerts {
		style := look.warning
		if a.Status == verdict.Critical {
			style = look.critical
		}
		for _, line := range fold(a.Status.String()+" "+a.Message, width) {
			lines = append(lines, style.Render(line))
		}
		lines = append(lines, fold("  "+a.Remedy, width)...)
	}
	return lines
}

// trends draws sparklines of the recent utterances, which come latest first.
func trends(recent []logrecord.Record, width int) []string {
	var speed, latency []float64
	for _, r := range slices.Backward(recent) {
		if r.SpeedFactor > 0 {
			speed = append(speed, r.SpeedFactor)
		}
		if r.LatencySeconds > 0 {
			latency = append(latency, r.LatencySeconds)
		}
	}
	if len(speed) == 0 {
		return nil
	}
	rows := []trend{{"speed factor", "", speed}}
	if len(latency) > 0 {
		rows = append(rows, trend{"latency", " s", latency})
	}
	lines := table(trendColumns, rows, 0, styles{})[1:]
	for i, row := range rows {
		room := 40
		if width > 0 {
			room = min(80, width-lipgloss.Width(lines[i])-2)
		}
		lines[i] = cut(lines[i]+"  "+sparkline(row.values, max(0, room)), width)
	}
	return append([]string{""}, lines...)
}

// trend is a measure of the latest items, oldest first.
type trend struct {
	name, unit string
	values     []float64
}

// Sparklines have no scale of their own, so the range and the direction are in words.
var trendColumns = []column[trend]{
	{cell: func(t trend) string { return t.name }},
	{right: true, cell: func(t trend) string { return fmt.Sprintf("median %.2f%s", stats.Median(t.values), t.unit) }},
	{right: true, cell: func(t trend) string {
		return fmt.Sprintf("%.2f to %.2f%s", slices.Min(t.values), slices.Max(t.values), t.unit)
	}},
	{right: true, cell: trend.direction},
}

// direction compares the medians of the first and the last third.
func (t trend) direction() string {
	const noteworthy = 0.1
	third := len(t.values) / 3
	if third == 0 {
		return "steady"
	}
	first, last := stats.Median(t.values[:third]), stats.Median(t.values[len(t.values)-third:])
	switch {
	case last > first*(1+noteworthy):
		return "rising"
	case last < first*(1-noteworthy):
		return "falling"
	}
	return "steady"
}

// microphone reports the state of the latest vf-record, if there was one.
func microphone(processes []metrics.Process, width int, look styles) []string {
	i := slices.IndexFunc(processes, func(p metrics.Process) bool { return p.Microphone != "" && !p.Stopped && !p.Gone })
	ran := slices.ContainsFunc(processes, func(p metrics.Process) bool { return p.Microphone != "" })
	switch {
	case !ran:
		return nil
	case i < 0:
		return []string{cut("Microphone off: vf-record is not running", width)}
	case processes[i].Microphone == metrics.MicrophoneLost:
		return []string{look.critical.Render(cut("Microphone lost: vf-record waits for it; check its cable", width))}
	}
	return []string{cut(fmt.Sprintf("Microphone on: vf-record %d", processes[i].PID), width)}
}

var programColumns = []column[metrics.Process]{
	{title: "program", cell: func(p metrics.Process) string { return p.Program }},
	{title: "pid", right: true, drop: 3, cell: func(p metrics.Process) string { return fmt.Sprint(p.PID) }},
	{title: "state", cell: processState},
	{title: "items", right: true, cell: func(p metrics.Process) string { return fmt.Sprint(p.Utterances) }},
	{title: "failed", right: true, cell: func(p metrics.Process) string { return fmt.Sprint(p.Failures) }},
	{title: "queue", right: true, drop: 5, cell: func(p metrics.Process) string { return fmt.Sprint(p.Queue) }},
	{title: "MB", right: true, drop: 2, cell: func(p metrics.Process) string { return optional("%.0f", p.MemoryMB) }},
	{title: "CPU %", right: true, drop: 4, cell: func(p metrics.Process) string { return optional("%.0f", p.CPUPercent) }},
	{title: "refreshes", right: true, drop: 8, cell: func(p metrics.Process) string { return fmt.Sprint(p.Refreshes) }},
	{title: "degraded", drop: 6, cell: func(p metrics.Process) string { return dash(strings.Join(p.Degraded, ", ")) }},
	{title: "model", drop: 1, cell: func(p metrics.Process) string { return dash(base(p.Model)) }},
	{title: "device", drop: 7, cell: func(p metrics.Process) string { return dash(p.Device) }},
}

func processState(p metrics.Process) string {
	switch {
	case p.Stopped:
		return fmt.Sprintf("stopped, %d", p.ExitCode)
	case p.Gone:
		return "gone"
	}
	return "running"
}

// programs lists the processes; ended ones come last, in grey.
func programs(processes []metrics.Process, width int, look styles, mostStopped int) []string {
	var running, ended []metrics.Process
	for _, p := range processes {
		if p.Stopped || p.Gone {
			ended = append(ended, p)
		} else {
			running = append(running, p)
		}
	}
	more := max(0, len(ended)-mostStopped)
	rows := append(running, ended[:len(ended)-more]...)
	if len(rows) == 0 {
		return nil
	}
	lines := append([]string{"", look.title.Render(cut("Programs", width))}, table(programColumns, rows, width, look)...)
	for i := range lines[3+len(running):] {
		lines[3+len(running)+i] = look.faint.Render(lines[3+len(running)+i])
	}
	if more > 0 {
		lines = append(lines, look.faint.Render(cut(fmt.Sprintf("and %d more that ended", more), width)))
	}
	return lines
}

var utteranceColumns = []column[logrecord.Record]{
	{title: "time", cell: func(r logrecord.Record) string { return clock(r.Time) }},
	{title: "audio s", right: true, drop: 2, cell: audioSeconds},
	{title: "processing s", right: true, drop: 3, cell: processingSeconds},
	{title: "speed factor", right: true, cell: speedOrFailure},
	{title: "latency s", right: true, cell: latencySeconds},
	{title: "retries", right: true, drop: 5, cell: func(r logrecord.Record) string { return fmt.Sprint(r.Retries) }},
	{title: "device", drop: 6, cell: func(r logrecord.Record) string { return dash(r.Device) }},
	{title: "item", drop: 1, cell: logrecord.Record.Item},
}

func audioSeconds(r logrecord.Record) string      { return optional("%.1f", r.AudioSeconds) }
func processingSeconds(r logrecord.Record) string { return optional("%.2f", r.ProcessingSeconds) }
func latencySeconds(r logrecord.Record) string    { return optional("%.2f", r.LatencySeconds) }

func speedOrFailure(r logrecord.Record) string {
	if r.Event == logrecord.Failure {
		return "FAILED"
	}
	return optional("%.1f", r.SpeedFactor)
}

func utterances(recent []logrecord.Record, width int, look styles, most int) []string {
	if len(recent) == 0 {
		return nil
	}
	rows := recent[:min(most, len(recent))]
	title := look.title.Render(cut("Latest utterances and files", width))
	return append([]string{"", title}, table(utteranceColumns, rows, width, look)...)
}

func problems(all []logrecord.Record, width int, look styles, most int) []string {
	if len(all) == 0 {
		return nil
	}
	lines := []string{"", look.title.Render(cut("Problems", width))}
	for _, r := range all[:min(most, len(all))] {
		level := "error"
		if r.Level == "warn" {
			level = "warning"
		}
		lines = append(lines, fold(fmt.Sprintf("%s  %s %s: %s", clock(r.Time), r.Program, level, r.Message), width)...)
	}
	return lines
}

// clock formats a time of day, with the date if it is more than 12 hours ago.
func clock(t time.Time) string {
	if time.Since(t) > 12*time.Hour {
		return t.Local().Format("Jan 02 15:04")
	}
	return t.Local().Format("15:04:05")
}

// base returns a file's name without its folder.
func base(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// optional formats a value; 0, for an unknown one, becomes a dash.
func optional(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
