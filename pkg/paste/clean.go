package paste

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape matches the escape sequences that carry more than one character: CSI
// (colours, cursor), and the strings OSC, DCS, SOS, PM and APC up to their
// terminator; ECMA-48 section 5. Each begins with ESC and a letter or with one
// C1 control.
var escape = regexp.MustCompile(`(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]` +
	`|(?:\x1b[\]PX^_]|[\x{90}\x{98}\x{9d}-\x{9f}])[^\x07\x1b\x{9c}]*(?:\x07|\x1b\\|\x{9c})`)

// Clean makes a transcript harmless for a terminal and any other text field.
// It never presses Enter: each run of line ends, tabs and the separators
// U+2028 and U+2029 becomes one space. It takes out whole escape sequences,
// all other control characters (C0, DEL, C1), the bidirectional embeddings,
// overrides and isolates that make a text look like another, and invalid UTF-8
// along with U+FFFD, which stands for it. The rest stays as it is; cleaning
// twice does no more than once.
func Clean(text string) string { return clean(text, "\n\r\t\u2028\u2029") }

// CleanLines is Clean but for line feeds, which stay, and press Enter.
func CleanLines(text string) string { return clean(text, "\r\t\u2028\u2029") }

// clean makes a space of each run of the characters in spaces.
func clean(text, spaces string) string {
	// Invalid bytes first, so that they cannot hide a sequence.
	text = escape.ReplaceAllString(strings.ToValidUTF8(text, ""), "")
	var b strings.Builder
	space := false // the last rune written stands for a line end or tab
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

// isBidi tells whether r changes the order in which the text around it shows:
// an embedding, override or isolate, or the end of one.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
