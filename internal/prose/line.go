package prose

import (
	"strings"
	"unicode"
)

// Line is a text in one line: control characters, which could move the cursor
// or end the line, and those that turn the direction of writing become spaces,
// and what is no UTF-8 a question mark.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
