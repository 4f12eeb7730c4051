package prose

import (
	"strings"
	"unicode"
)

// Line returns s as a single safe line. Control characters, which could move the
// cursor or end the line, and characters that change the direction of writing
// become spaces; invalid UTF-8 becomes question marks.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
