package analysis

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"voiceflow/internal/prose"
)

const (
	minute  = "2006-01-02 15:04"
	columns = 80
	// How much of each list the text shows; JSON has everything.
	textGroups  = 10
	textChanges = 15
	textSlowest = 5
)

// WriteText writes the report for an 80-column terminal: a one-line summary, what
// to do, then tables.
func (r *Report) WriteText(w io.Writer) error {
	t := &text{}
	t.line("%s", r.Headline())
	t.advice(r)
	t.summary(r)
	t.percentiles(r)
	t.trends(r)
	t.decay(r)
	t.changes(r)
	t.errors(r)
	t.slowest("SLOWEST UTTERANCES", r.Slowest)
	t.slowest("SLOWEST FILES FOR THEIR LENGTH", r.SlowestFiles)
	_, err := io.WriteString(w, t.String())
	return err
}

// Headline summarises the report in one line.
func (r *Report) Headline() string {
	s := r.Summary
	var parts []string
	parts = append(parts, s.transcribed())
	if s.Utterances+s.Files+s.Failures > 0 {
		parts = append(parts, fmt.Sprintf("%.1f %% succeeded", s.percent(1)))
	}
	if p := r.percentilesOf("speed factor"); p != nil {
		parts = append(parts, fmt.Sprintf("speed factor %.3g", p.P50))
	}
	verdict := "all is well"
	if s.Utterances+s.Files < enoughItems {
		verdict = "too few items to judge"
	}
	parts = append(parts, cmp.Or(atLeastOne(len(r.Recommendations), "recommendation"), verdict))
	return "VOICEFLOW LOGS: " + strings.Join(parts, ", ")
}

func atLeastOne(n int, what string) string {
	if n == 0 {
		return ""
	}
	return prose.Count(n, what)
}

func (r *Report) percentilesOf(measure string) *Percentiles {
	for i := range r.Percentiles {
		if r.Percentiles[i].Measure == measure {
			return &r.Percentiles[i]
		}
	}
	return nil
}

// span formats a duration in its two largest units.
func span(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	for _, u := range []struct {
		large, small         time.Duration
		largeName, smallName string
	}{
		{24 * time.Hour, time.Hour, "d", "h"}, {time.Hour, time.Minute, "h", "min"}, {time.Minute, time.Second, "min", "s"},
	} {
		if d < u.large || u.largeName == "d" && d < 2*u.large {
			continue
		}
		s := fmt.Sprintf("%d %s", d/u.large, u.largeName)
		if rest := d % u.large / u.small; rest > 0 {
			s += fmt.Sprintf(" %d %s", rest, u.smallName)
		}
		return s
	}
	return d.String()
}

// number formats a value with about three significant digits.
func number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100 || v <= -100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

func probability(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

func withUnit(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + ", " + unit
}

// text collects lines and tables.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) {
	fmt.Fprintf(t, format+"\n", args...)
}

func (t *text) head(title string) { t.line("\n%s", title) }

// table writes rows with the first column left-aligned and the others
// right-aligned.
func (t *text) table(rows ...[]string) {
	tw := tabwriter.NewWriter(&t.Builder, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	for _, row := range rows {
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(row[0]))
		fmt.Fprintf(tw, "%s%s\t%s\t\n", row[0], pad, strings.Join(row[1:], "\t"))
	}
	tw.Flush()
}

// wrapped writes a text in lines of at most 80 columns: the first begins with
// first, the others with indent.
func (t *text) wrapped(first, indent, s string) {
	for _, line := range prose.WrapHanging(first, indent, s, columns) {
		t.line("%s", line)
	}
}

// transcribed describes what was transcribed: utterances, files, or both.
func (s Summary) transcribed() string {
	utterances, files := prose.Count(s.Utterances, "utterance"), prose.Count(s.Files, "file")
	switch {
	case s.Files == 0:
		return utterances
	case s.Utterances == 0:
		return files
	}
	return utterances + ", " + files
}
