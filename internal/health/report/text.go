package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"voiceflow/internal/health/check"
	"voiceflow/internal/prose"
)

// summaryFindings is the maximum number of findings in the first line.
const summaryFindings = 3

func writeText(w io.Writer, r *check.Report) error {
	b := &strings.Builder{}
	fmt.Fprintln(b, FirstLine(r))
	for _, t := range r.Tables {
		fmt.Fprintln(b)
		if len(r.Tables) > 1 {
			fmt.Fprintln(b, t.Title)
		}
		writeTable(b, t.Rows)
	}
	for i, f := range r.Worst() {
		if i == 0 {
			fmt.Fprintln(b)
		}
		writeFinding(b, f)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// FirstLine returns the verdict in one line: what is wrong, what was measured,
// and after a bar the numbers in the format of Nagios plug-ins
// (label=value unit;warning;critical).
func FirstLine(r *check.Report) string {
	parts := worst(r)
	if r.Summary != "" {
		parts = append(parts, r.Summary)
	}
	if len(parts) == 0 {
		parts = []string{"nothing is wrong"}
	}
	line := fmt.Sprintf("VOICEFLOW %s: %s", r.Status, strings.ReplaceAll(strings.Join(parts, "; "), "|", "/"))
	if p := perfdata(r); p != "" {
		line += " | " + p
	}
	return prose.Line(line)
}

// worst returns the worst findings in words. Several recordings with the same
// finding share one entry.
func worst(r *check.Report) []string {
	var parts []string
	rest := r.Worst()
	for len(rest) > 0 && len(parts) < summaryFindings {
		f, more, others := rest[0], 0, []check.Finding(nil)
		for _, o := range rest[1:] {
			if o.Check == f.Check && o.Suite == f.Suite && o.Subject != "" {
				more++
			} else {
				others = append(others, o)
			}
		}
		what := f.What
		switch {
		case f.Subject != "" && more > 0:
			what = fmt.Sprintf("%s and %d more: %s", f.Subject, more, what)
		case f.Subject != "":
			what = f.Subject + ": " + what
		}
		parts = append(parts, what)
		rest = others
	}
	if len(rest) > 0 {
		parts = append(parts, prose.Count(len(rest), "more finding"))
	}
	return parts
}

// perfdata returns the Nagios performance data: measures of the whole check and
// of programs and folders, but not of single recordings.
func perfdata(r *check.Report) string {
	var data []string
	for _, m := range r.Measures {
		hasOtherSubjects := m.Suite == check.Performance || m.Suite == check.Environment
		if m.Subject != "" && !hasOtherSubjects {
			continue
		}
		label := m.Name
		if m.Suite != check.Timing {
			label = m.Suite + "_" + label
		}
		if m.Subject != "" {
			label += "_" + m.Subject
		}
		entry := label + "=" + short(m.Value) + string(m.Unit)
		if m.Limit != nil {
			entry += ";" + perfLimit(m.Limit.Warning, m.Limit.Falling) + ";" + perfLimit(m.Limit.Critical, m.Limit.Falling)
		}
		data = append(data, entry)
	}
	return strings.Join(data, " ")
}

// perfLimit returns the acceptable range: up to the limit, or from it if falling.
func perfLimit(v float64, falling bool) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if falling {
		s += ":"
	}
	return s
}

// short formats v with up to three decimals.
func short(v float64) string {
	s := strconv.FormatFloat(v, 'f', 3, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// writeTable right-aligns all columns except the last, which is text.
func writeTable(w io.Writer, rows [][]string) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		last := len(row) - 1
		for _, cell := range row[:last] {
			fmt.Fprintf(tw, "%s\t", prose.Line(cell))
		}
		fmt.Fprintf(tw, "  %s\n", prose.Line(row[last]))
	}
	tw.Flush()
}

func writeFinding(w io.Writer, f check.Finding) {
	what := f.What
	if f.Subject != "" {
		what = f.Subject + ": " + what
	}
	fmt.Fprintf(w, "%s %s (%s): %s\n", f.Status, f.Check, f.Suite, prose.Line(what))
	if f.Words != "" {
		fmt.Fprintf(w, "  heard     %s\n", prose.Line(f.Words))
	}
	if f.Measured != "" {
		fmt.Fprintf(w, "  measured  %s\n", prose.Line(f.Measured))
	}
	if f.Limit != "" {
		fmt.Fprintf(w, "  limit     %s\n", prose.Line(f.Limit))
	}
	fmt.Fprintf(w, "  remedy    %s\n", prose.Line(f.Remedy))
}
