package input

import (
	"unicode"
	"unicode/utf8"
)

const (
	minText = 8   // bytes, fewer are not judged
	maxText = 512 // bytes that are looked at
)

// isText reports whether head, the beginning of a stream, is UTF-8 text and
// nothing else: every byte belongs to a printable character, a space or a line
// break, and one of them is a letter.
//
// PCM is practically never taken for it. In silence and quiet passages the
// high byte of a sample is 0x00 or 0xFF, which no text has, so all samples
// would have to be loud, and nearly all of one sign. And of the low bytes,
// which are as good as random, 3 in 8 are ASCII text: even a waveform that
// stays that loud passes by chance once in 50 times over four samples, the
// fewest that are judged, and once in 10^13 times over 32 samples, 2 ms.
func isText(head []byte) bool {
	if len(head) < minText {
		return false
	}
	letters := false
	// A character that is cut off at the end is not judged.
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
