package monitor

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// column is a column of a table. If the table is too wide, the columns with the
// highest drop are left out first; those with 0 are always kept.
type column[T any] struct {
	title string
	right bool // aligned
	drop  int
	cell  func(T) string
}

// table lays out rows under their titles, at most width columns wide; 0 means any
// width.
func table[T any](columns []column[T], rows []T, width int, look styles) []string {
	cells := make([][]string, len(columns))
	widths := make([]int, len(columns))
	for i, c := range columns {
		cells[i] = []string{c.title}
		for _, row := range rows {
			cells[i] = append(cells[i], c.cell(row))
		}
		for _, cell := range cells[i] {
			widths[i] = max(widths[i], lipgloss.Width(cell))
		}
	}
	shown := fit(columns, widths, width)
	lines := make([]string, len(rows)+1)
	for n := range lines {
		var line strings.Builder
		for i, c := range columns {
			if !shown[i] {
				continue
			}
			pad := strings.Repeat(" ", widths[i]-lipgloss.Width(cells[i][n]))
			if c.right {
				line.WriteString(pad + cells[i][n] + "  ")
			} else {
				line.WriteString(cells[i][n] + pad + "  ")
			}
		}
		lines[n] = cut(strings.TrimRight(line.String(), " "), width)
	}
	lines[0] = look.title.Render(lines[0])
	return lines
}

// fit returns which columns fit.
func fit[T any](columns []column[T], widths []int, width int) []bool {
	shown := make([]bool, len(columns))
	total := -2 // no space after the last column
	for i, w := range widths {
		shown[i] = true
		total += w + 2
	}
	for width > 0 && total > width {
		last := -1
		for i, c := range columns {
			if shown[i] && c.drop > 0 && (last < 0 || c.drop > columns[last].drop) {
				last = i
			}
		}
		if last < 0 {
			break
		}
		shown[last] = false
		total -= widths[last] + 2
	}
	return shown
}

// cut shortens a line to a width; 0 means any width.
func cut(line string, width int) string {
	if width <= 0 {
		return line
	}
	return ansi.Truncate(line, width, "…")
}

// fold wraps a line at a width, indenting the continuation lines; 0 means any
// width.
func fold(line string, width int) []string {
	const indent = "  "
	if width <= 0 || lipgloss.Width(line) <= width {
		return []string{line}
	}
	lines := strings.Split(ansi.Wrap(line, max(width-len(indent), 10), " "), "\n")
	for i := range lines[1:] {
		lines[i+1] = cut(indent+lines[i+1], width)
	}
	return lines
}

// bars are the eight heights of a sparkline.
var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws the last n values, scaled between their lowest and highest.
func sparkline(values []float64, n int) string {
	values = values[max(0, len(values)-n):]
	if len(values) == 0 {
		return ""
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	var line strings.Builder
	for _, v := range values {
		i := len(bars) / 2
		if high > low {
			i = int((v - low) / (high - low) * float64(len(bars)-1))
		}
		line.WriteRune(bars[i])
	}
	return line.String()
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
