package monitor

import (
	"fmt"
	"slices"

	"charm.land/lipgloss/v2"

	"voiceflow/internal/health/stats"
	"voiceflow/internal/logrecord"
)

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
