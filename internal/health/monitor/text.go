package monitor

import (
	"fmt"
	"strings"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/logrecord"
)

// limits bounds the lists of a view.
type limits struct{ utterances, problems, stopped int }

// Text formats a snapshot as plain text, for a pipe or an email.
func Text(s metrics.Snapshot) string {
	lines := sections(s, 0, styles{}, limits{utterances: 20, problems: 10, stopped: 10})
	return strings.Join(lines, "\n") + "\n"
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
