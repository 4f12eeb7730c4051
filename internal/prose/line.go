package prose

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Line returns s as a single safe line. Control characters, which could move the
// cursor or end the line, characters that change the direction of writing, and
// invisible ones become spaces; invalid UTF-8 becomes question marks.
func Line(s string) string {
	return replace(strings.ToValidUTF8(s, "?"), func(rune) string { return " " })
}

// replace replaces the characters that are unsafe to show. The joiners that some scripts
// and emoji need are kept between two characters that they can join.
func replace(s string, by func(rune) string) string {
	var b strings.Builder
	last := rune(-1)
	for i, r := range s {
		joins := false
		if r == '\u200c' || r == '\u200d' { // zero width non-joiner and joiner
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			joins = joinable(last) && joinable(next)
		}
		if unsafe(r) && !joins {
			b.WriteString(by(r))
		} else {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// unsafe reports whether a character is a control (C0, DEL, C1), a separator of lines, or
// one without a form of its own, such as those that change the direction of writing.
func unsafe(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

func joinable(r rune) bool {
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk)
}

// Escaper returns a writer for output that people read and programs may, such as JSON lines
// on a terminal: characters that Line would replace become the escapes of JSON (\u001b),
// except line feeds and tabs. Each Write must have whole characters.
func Escaper(w io.Writer) io.Writer { return escaper{w} }

type escaper struct{ to io.Writer }

// Write returns the length of p unless the writer below fails.
func (e escaper) Write(p []byte) (int, error) {
	safe := replace(strings.ToValidUTF8(string(p), "\ufffd"), func(r rune) string {
		switch {
		case r == '\n', r == '\t':
			return string(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			return fmt.Sprintf(`\u%04x\u%04x`, high, low)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
	if _, err := io.WriteString(e.to, safe); err != nil {
		return 0, err
	}
	return len(p), nil
}
