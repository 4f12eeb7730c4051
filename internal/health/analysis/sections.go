package analysis

import (
	"fmt"
	"strings"

	"voiceflow/internal/prose"
)

func (t *text) advice(r *Report) {
	t.head("WHAT TO DO")
	if len(r.Recommendations) == 0 {
		t.wrapped("", "", "Nothing: "+r.fine()+".")
	}
	for _, a := range r.Recommendations {
		t.wrapped("- ", "  ", capital(a.Advice)+".")
		t.wrapped("  ", "  ", "("+a.Reason+")")
	}
}

// fine explains why there is no advice.
func (r *Report) fine() string {
	if r.Summary.Utterances+r.Summary.Files < enoughItems {
		return "fewer than " + prose.Count(enoughItems, "item") + " in the logs: too few to judge"
	}
	return "speed, load, failures, devices, memory and their trends are all fine"
}

func (t *text) summary(r *Report) {
	s := r.Summary
	t.head("SUMMARY")
	pair := func(name, format string, args ...any) {
		t.line("%-14s%s", name, fmt.Sprintf(format, args...))
	}
	pair("time", "%s to %s, %s", s.From.Format(minute), s.To.Format(minute+" MST"), span(s.To.Sub(s.From)))
	pair("processes", "%d, %d of which ended abnormally", s.Processes, s.AbnormalEnds)
	pair("items", "%s, %s, %.2f hours of audio",
		prose.Count(s.Utterances, "utterance"), prose.Count(s.Files, "file"), s.AudioHours)
	pair("availability", "%s: %s; warnings and other errors: %d",
		s.available(), prose.Count(s.Failures, "failure"), s.Problems)
	pair("retries", "%d", s.Retries)
	if f := r.Refreshes; f.Count > 0 {
		pair("refreshes", "%d, one every %.1f items; speed factor %s before, %s after", f.Count, f.ItemsPerRefresh,
			number(f.SpeedBefore), number(f.SpeedAfter))
	} else {
		pair("refreshes", "none")
	}
	if s.Deliveries > 0 {
		pair("deliveries", "%d; %d undelivered", s.Deliveries, s.Kept)
	}
	for _, d := range s.Degraded[:min(len(s.Degraded), textSlowest)] {
		pair("degraded", "%s to %s: %s, %s",
			d.From.Format(minute), d.To.Format("15:04"), prose.Cut(d.What, 24), prose.Count(d.Items, "item"))
	}
	if s.Malformed > 0 {
		pair("unreadable", "%d (lines or files)", s.Malformed)
		for _, e := range s.MalformedExamples {
			t.wrapped("  ", "    ", e)
		}
	}
}

func (t *text) percentiles(r *Report) {
	if len(r.Percentiles) == 0 {
		return
	}
	t.head("PERCENTILES")
	rows := [][]string{{"", "n", "p1", "p5", "p50", "p90", "p95", "p99", "max"}}
	for _, p := range r.Percentiles {
		rows = append(rows, []string{withUnit(p.Measure, p.Unit), fmt.Sprint(p.N), number(p.P1), number(p.P5),
			number(p.P50), number(p.P90), number(p.P95), number(p.P99), number(p.Max)})
	}
	t.table(rows...)
}

func (t *text) trends(r *Report) {
	t.head("TRENDS")
	if len(r.Trends) == 0 {
		t.line("The logs cover too short a time: a trend needs items in ten 10-minute intervals.")
		return
	}
	rows := [][]string{{"", "median", "change", "per", "n", "by chance", "verdict"}}
	for _, d := range r.Trends {
		verdict := d.Direction
		if d.Worse {
			verdict += " (worse)"
		}
		rows = append(rows, []string{withUnit(d.Measure, d.Unit), number(d.Median), fmt.Sprintf("%+.2g", d.Slope),
			d.Per, fmt.Sprint(d.N), probability(d.P), verdict})
	}
	t.table(rows...)
}

func (t *text) decay(r *Report) {
	d := r.Decay
	if d.Processes == 0 {
		return
	}
	t.head("LONG PROCESSES: LAST THIRD COMPARED WITH THE FIRST")
	t.line("%d processes of %d items or more; %d became slower, %d grew in memory",
		d.Processes, longProcess, d.Decayed, d.Grown)
	rows := [][]string{{"from", "pid", "items", "speed", "-> speed", "by chance", "growth MB", "-> MB"}}
	for _, l := range d.Worst {
		rows = append(rows, []string{l.From.Format(minute), fmt.Sprint(l.PID), fmt.Sprint(l.Items), number(l.SpeedFirst),
			number(l.SpeedLast), probability(l.P), number(l.GrowthFirst), number(l.GrowthLast)})
	}
	t.table(rows...)
}

func (t *text) changes(r *Report) {
	if len(r.Changes) == 0 {
		return
	}
	t.head("WHAT CHANGED")
	shown := r.Changes[max(0, len(r.Changes)-textChanges):]
	if left := len(r.Changes) - len(shown); left > 0 {
		t.line("(for %d earlier changes, use --format json)", left)
	}
	for _, c := range shown {
		t.wrapped(c.Time.Format(minute)+" ", "  ", c.String())
	}
}

// String describes the change in words, without its time.
func (c Change) String() string {
	s := fmt.Sprintf("%s %d: %s", c.Program, c.PID, c.What)
	var parts []string
	for _, f := range []struct {
		name          string
		before, after float64
		unit          string
	}{
		{"speed factor", c.Before.Speed, c.After.Speed, ""},
		{"latency", c.Before.Latency, c.After.Latency, " s"},
	} {
		if f.before > 0 && f.after > 0 {
			parts = append(parts, fmt.Sprintf("%s %s -> %s%s", f.name, number(f.before), number(f.after), f.unit))
		}
	}
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	return s
}

func (t *text) errors(r *Report) {
	t.head("ERRORS AND WARNINGS")
	if len(r.Errors) == 0 {
		t.line("None.")
	}
	for _, g := range r.Errors[:min(textGroups, len(r.Errors))] {
		t.wrapped(fmt.Sprintf("%6d  ", g.Count), "        ",
			fmt.Sprintf("%s %s: %s", g.Program, g.Level, prose.Cut(g.Message, 200)))
		when := fmt.Sprintf("%s to %s", g.First.Format(minute), g.Last.Format(minute))
		if g.Count == 1 {
			when = g.First.Format(minute)
		}
		t.line("        %s", when)
		if g.Example != g.Message {
			t.wrapped("        example: ", "        ", prose.Cut(g.Example, 200))
		}
	}
	if left := len(r.Errors) - textGroups; left > 0 {
		t.line("(for %s, use --format json)", prose.Count(left, "more group"))
	}
}

func (t *text) slowest(title string, items []Slow) {
	if len(items) == 0 {
		return
	}
	t.head(title)
	head := []string{"time", "pid", "id", "audio s", "took s", "speed", "retries"}
	if items[0].File != "" {
		head = append(head, "file")
	}
	rows := [][]string{head}
	for _, s := range items[:min(textSlowest, len(items))] {
		row := []string{s.Time.Format(minute), fmt.Sprint(s.PID), fmt.Sprint(s.ID), number(s.Audio),
			number(s.Processing), number(s.Speed), fmt.Sprint(s.Retries), prose.Cut(s.File, 18)}
		rows = append(rows, row[:len(head)])
	}
	t.table(rows...)
}
