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
		if g.mayMatch(text, i) || g.numbers != nil && g.mayCount(text, i) {
			return i
		}
	}
	return len(text)
}

// mayMatch reports whether it depends on what follows the text whether or how a phrase begins
// at text[i].
func (g *grammar) mayMatch(text string, i int) (may bool) {
	list := g.phrases[fold(firstRune(text[i:]))]
	if len(list) == 0 || i > 0 && isWordRune(lastRune(text[:i])) && !list[0].begins(text, i) {
		return false // no phrase begins within a word
	}
	s := search{text: text, matched: func(p *phrase, end int, hyphens bool) {
		switch {
		case may || !p.begins(text, i):
		case hyphens && p.kind == word:
			may = end == len(text)
		case !p.isCommand():
			may = words(text[end:]) < 1
		case g.context != nil && g.context.partners[string(p.key)] != nil:
			may = true // something later may be its other half
		default:
			may = words(text[end:]) < maxContext // those after it can make it an ordinary word
		}
	}, open: func(list []phrase) {
		may = may || slices.ContainsFunc(list, func(p phrase) bool { return p.begins(text, i) })
	}}
	s.follow(list, i, 0, false)
	return may
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
