package monitor

import (
	"fmt"
	"slices"
	"strings"

	"voiceflow/internal/health/metrics"
)

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
