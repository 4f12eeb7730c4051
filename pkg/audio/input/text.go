package input

import (
	"unicode"
	"unicode/utf8"
)

const (
	minText = 8   // bytes; fewer are never taken for text
	maxText = 512 // bytes examined
)

// isText reports whether head, the beginning of a stream, is UTF-8 text: every
// byte belongs to a printable character, a space or a line break, and there is
// at least one letter.
//
// PCM is practically never mistaken for text. In silence and quiet passages the
// high byte of a sample is 0x00 or 0xFF, which never occurs in text, so all
// samples would have to be loud, and nearly all of the same sign. Of the low
// bytes, which are almost random, 3 in 8 are ASCII text: the chance that even a
// waveform that stays so loud passes is 1 in 50 over four samples, the fewest
// examined, and 1 in 10^13 over 32 samples, or 2 ms.
func isText(head []byte) bool {
	if len(head) < minText {
		return false
	}
	letters := false
	// A character that is cut off at the end is ignored.
	for utf8.FullRune(head) {
		r, size := utf8.DecodeRune(head)
		head = head[size:]
		switch {
		case r == utf8.RuneError && size == 1:
			return false
		case unicode.IsLetter(r):
			letters = true
		case !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' && r != '\uFEFF':
			return false
		}
	}
	return letters
}
