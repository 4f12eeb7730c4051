package paste

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape matches the escape sequences longer than one character: CSI (colours,
// cursor), and the strings OSC, DCS, SOS, PM and APC up to their terminator
// (ECMA-48 section 5). They begin with ESC and another character, or with a
// single C1 control.
var escape = regexp.MustCompile(`(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]` +
	`|(?:\x1b[\]PX^_]|[\x{90}\x{98}\x{9d}-\x{9f}])[^\x07\x1b\x{9c}]*(?:\x07|\x1b\\|\x{9c})`)

// Clean makes a transcript safe to enter into a terminal or any other text
// field. The result never presses Enter: each run of line breaks, tabs and the
// separators U+2028 and U+2029 becomes one space. Clean removes whole escape
// sequences, all other control characters (C0, DEL, C1), the bidirectional
// embeddings, overrides and isolates that disguise a text, invalid UTF-8 and
// its replacement character U+FFFD. Everything else stays as it is, and
// cleaning again changes nothing.
func Clean(text string) string { return clean(text, "\n\r\t\u2028\u2029") }

// CleanLines is like Clean but keeps line feeds, which press Enter.
func CleanLines(text string) string { return clean(text, "\r\t\u2028\u2029") }

// clean turns each run of the characters in spaces into one space.
func clean(text, spaces string) string {
	// Remove invalid bytes first, so that they cannot hide a sequence.
	text = escape.ReplaceAllString(strings.ToValidUTF8(text, ""), "")
	var b strings.Builder
	space := false // the last rune written replaced a line break or tab
	for _, r := range text {
		switch {
		case strings.ContainsRune(spaces, r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
		case r == '\n':
			b.WriteRune(r)
			space = false
		case unicode.IsControl(r), isBidi(r), r == utf8.RuneError:
		default:
			b.WriteRune(r)
			space = false
		}
	}
	return b.String()
}

// isBidi reports whether r changes the display order of the text around it: an
// embedding, override or isolate, or the end of one.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
