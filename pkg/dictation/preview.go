package dictation

import (
	"slices"
	"strings"
	"unicode"
)

// wordsAfter is how many words must follow a command before Preview carries it out, so
// that those after it can still make it an ordinary word.
const wordsAfter = 2

// Preview returns what Add would insert for an utterance of which only the beginning is
// known, as far as that will not change: it leaves out the words at the end that may be
// part of a command, a replacement or a custom word. The Dictation stays as it is.
//
// The result is not binding, since "scratch that" and the filters may still change it. It
// is empty if Add would delete text.
func (d *Dictation) Preview(beginning string) string {
	utterance := d.clean(beginning)
	utterance = strings.TrimRightFunc(utterance[:d.phrases.decided(utterance)], unicode.IsSpace)
	if utterance == "" {
		return ""
	}
	ahead := *d
	ahead.undos = slices.Clone(d.undos)
	ahead.apply(utterance)
	insert, found := strings.CutPrefix(ahead.current.body, d.Text())
	if !found {
		return ""
	}
	return strings.TrimRight(insert, blanks)
}

// decided returns the length in bytes of the beginning of an utterance in which the
// phrases do not depend on what follows it.
func (table phrases) decided(text string) int {
	for i := range text {
		for _, p := range table[fold(firstRune(text[i:]))] {
			if p.begins(text, i) && p.mayMatch(text[i:]) {
				return i
			}
		}
	}
	return len(text)
}

// mayMatch reports whether it depends on what follows rest, the end of the known text,
// whether or how rest begins with the phrase.
func (p phrase) mayMatch(rest string) bool {
	n := p.match(rest)
	if n == 0 {
		return p.mayGo(rest)
	}
	if p.isCommand() {
		return words(rest[n:]) < wordsAfter
	}
	return words(rest[n:]) < 1
}

// mayGo reports whether rest ends before it differs from the phrase.
func (p phrase) mayGo(rest string) bool {
	at := 0
	for _, r := range foldPhrase(rest) {
		if at == len(p.key) || r != p.key[at] && !(r == '-' && p.key[at] == ' ') {
			return false
		}
		at++
	}
	return true
}

// words counts the words of a text. In scripts without spaces, each character counts.
func words(text string) (n int) {
	in := false
	for _, r := range text {
		word := isWordRune(r)
		if isWide(r) || word && !in {
			n++
		}
		in = word
	}
	return n
}
