// Package prose formats text for people: counts, sizes, lines of limited width, and
// text from other sources made safe for a terminal. Widths are in terminal columns;
// 北 takes two. Tables and colours are outside its scope.
package prose

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
)

// Count returns a number with its noun: "1 file", "2 files". The noun's plural must
// end in s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Size formats a number of bytes with decimal units: "4.2 MB", "148 MB". Negative
// numbers count as 0.
func Size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }

// ParseSize parses a number of bytes, such as 100MB, 1.5 GiB or 4096. The result is
// from 0 to 2^53-1.
func ParseSize(s string) (int64, error) {
	n, err := humanize.ParseBytes(strings.TrimSpace(s))
	if err != nil || n >= 1<<53 {
		return 0, fmt.Errorf("size %q: use a number with a unit, such as 100MB or 1.5GiB", s)
	}
	return int64(n), nil
}

// Cut shortens text to a width, with "..." at the end if it was too wide.
func Cut(s string, width int) string { return ansi.Truncate(s, width, "...") }

// Wrap breaks text between words into lines of at most width columns. A line is
// wider only if a single word is.
func Wrap(s string, width int) []string { return WrapHanging("", "", s, width) }

// WrapHanging is like Wrap, but starts the first line with first and the others with
// rest. (ansi.Wordwrap would break vf-health after the hyphen.)
func WrapHanging(first, rest, s string, width int) []string {
	var lines []string
	line, empty := first, true
	for _, word := range strings.Fields(s) {
		switch {
		case empty:
		case ansi.StringWidth(line)+1+ansi.StringWidth(word) > width:
			lines = append(lines, line)
			line = rest
		default:
			line += " "
		}
		line, empty = line+word, false
	}
	return append(lines, line)
}
