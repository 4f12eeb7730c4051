package main

import (
	"fmt"
	"slices"
	"strings"
)

// report collects the measurements.
type report struct {
	claims []claim
	tables []*table
}

// claim is a target and whether it was met.
type claim struct {
	model, what, target, measured string
	holds                         bool
}

// claim records whether a target was met.
func (r *report) claim(m model, what, target, measured string, holds bool) {
	r.claims = append(r.claims, claim{m.name, what, target, measured, holds})
}

// claimAtMost records a figure that must not exceed a limit.
func (r *report) claimAtMost(m model, what string, measured, limit float64) {
	r.claim(m, what, fmt.Sprintf("<= %.2f", limit), fmt.Sprintf("%.3f", measured), measured <= limit)
}

// missed returns the targets that were not met.
func (r *report) missed() []claim {
	return slices.DeleteFunc(slices.Clone(r.claims), func(c claim) bool { return c.holds })
}

// table is one section of the report.
type table struct {
	title, text string
	rows        [][]string // the first holds the column names
	notes       []string
}

// table returns the table with a title, which all models share.
func (r *report) table(title, text string, columns ...string) *table {
	for _, t := range r.tables {
		if t.title == title {
			return t
		}
	}
	t := &table{title: title, text: text, rows: [][]string{columns}}
	r.tables = append(r.tables, t)
	return t
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// note adds a sentence below the table, once.
func (t *table) note(text string) {
	if !slices.Contains(t.notes, text) {
		t.notes = append(t.notes, text)
	}
}

func (r *report) markdown(header string) string {
	var b strings.Builder
	b.WriteString(header)
	targets := table{title: "Targets", rows: [][]string{{"model", "figure", "target", "measured", ""}}}
	for _, c := range r.claims {
		verdict := "met"
		if !c.holds {
			verdict = "MISSED"
		}
		targets.row(c.model, c.what, c.target, c.measured, verdict)
	}
	for _, t := range append([]*table{&targets}, r.tables...) {
		t.write(&b)
	}
	return b.String()
}

func (t *table) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", t.title)
	if t.text != "" {
		fmt.Fprintf(b, "%s\n\n", wrap(t.text))
	}
	for i, row := range t.rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(clean(row), " | "))
		if i == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	for _, n := range t.notes {
		fmt.Fprintf(b, "\n%s\n", wrap(n))
	}
}

// clean escapes characters that would end a cell.
func clean(row []string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		out[i] = strings.ReplaceAll(strings.ReplaceAll(cell, "|", "\\|"), "\n", " ")
	}
	return out
}

// wrap breaks a text into lines of at most 80 characters.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > 80:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// How figures are formatted.

func inSeconds(x float64) string { return fmt.Sprintf("%.2f", x) }
func inMB(x float64) string      { return fmt.Sprintf("%.0f", x) }
func percent(x float64) string   { return fmt.Sprintf("%.1f %%", 100*x) }
