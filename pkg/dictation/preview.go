package dictation

import (
	"slices"
	"strings"
	"unicode"
)

// Preview returns what Add would insert for an utterance of which only the beginning is
// known, as far as that will not change: it leaves out the words at the end that may be
// part of a command, a replacement or a custom word. The Dictation stays as it is.
//
// The result is not binding, since "scratch that" and the filters may still change it. It
// is empty if Add would delete text.
func (d *Dictation) Preview(beginning string) string {
	utterance := d.clean(beginning)
	utterance = strings.TrimRightFunc(utterance[:d.grammar.decided(utterance)], unicode.IsSpace)
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

// decided returns the length in bytes of the beginning of an utterance in which phrases
// and numbers do not depend on what follows it.
func (g *grammar) decided(text string) int {
	for i := range text {
		for _, p := range g.phrases[fold(firstRune(text[i:]))] {
			if p.begins(text, i) && g.mayMatch(p, text[i:]) {
				return i
			}
		}
		if g.numbers != nil && g.mayCount(text, i) {
			return i
		}
	}
	return len(text)
}

// mayMatch reports whether it depends on what follows rest, the end of the known text,
// whether or how rest begins with the phrase.
func (g *grammar) mayMatch(p phrase, rest string) bool {
	n := p.match(rest)
	switch {
	case n == 0:
		return p.mayGo(rest)
	case !p.isCommand():
		return words(rest[n:]) < 1
	case g.context != nil && g.context.partners[string(p.key)] != nil:
		return true // something later may be its other half
	}
	return words(rest[n:]) < maxContext // those after it can make it an ordinary word
}

// mayCount reports whether a number begins at text[i] to which the next words may belong.
func (g *grammar) mayCount(text string, i int) bool {
	if i > 0 && isWordRune(lastRune(text[:i])) {
		return false
	}
	r := &reading{numerals: g.numbers, g: g, text: text}
	if r.split(i, 1); len(r.words) == 0 || !r.begins(r.words[0]) {
		return false
	}
	end := r.ends[0]
	if m, _ := g.number(text, i, 0); m.end > i {
		end = m.end
	}
	return words(text[end:]) < maxContext
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
