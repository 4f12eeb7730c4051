// Package prose shapes text for a person to read: counts and sizes, lines of a
// bounded width, and text from elsewhere made safe for a terminal. Widths are in
// columns of a terminal, of which 北 takes two. Tables and colours are not here.
package prose

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
)

// Count is a number with its noun, whose plural ends in s: "1 file", "2 files".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Size is a number of bytes in powers of 1000: "4.2 MB", "148 MB". One below 0
// counts as 0.
func Size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }

// ParseSize reads a number of bytes such as 100MB, 1.5 GiB or 4096. It is not
// negative and below 2^53.
func ParseSize(s string) (int64, error) {
	n, err := humanize.ParseBytes(strings.TrimSpace(s))
	if err != nil || n >= 1<<53 {
		return 0, fmt.Errorf("size %q: use a number with a unit, such as 100MB or 1.5GiB", s)
	}
	return int64(n), nil
}

// Cut shortens a text to a width; one that is too wide ends in "...".
func Cut(s string, width int) string { return ansi.Truncate(s, width, "...") }

// Wrap breaks a text between words into lines of at most a width; only a word
// that is wider has a line that is, too.
func Wrap(s string, width int) []string { return WrapHanging("", "", s, width) }

// WrapHanging is Wrap with something in front of the first line and in front of
// each of the others. (ansi.Wordwrap would break vf-health after its hyphen.)
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
