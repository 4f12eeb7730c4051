package dictation

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// everyPhrase stands for all phrases in the lists of a table.
const everyPhrase = "*"

// maxContext is how many words around a phrase count.
const maxContext = 3

// context decides whether a phrase is meant as a command or as a word. Its lists come
// from the tables; en.toml explains them. The maps have a phrase, or everyPhrase, as
// their key.
type context struct {
	after, within, before, notAfter, notBefore map[string]map[string]bool

	adjectives, clauses map[string]bool
	partners            map[string]map[string]bool // the closing phrases of an opening one
}

func newContext() *context {
	return &context{
		after: map[string]map[string]bool{}, within: map[string]map[string]bool{},
		before: map[string]map[string]bool{}, notAfter: map[string]map[string]bool{}, notBefore: map[string]map[string]bool{},
		adjectives: map[string]bool{}, clauses: map[string]bool{}, partners: map[string]map[string]bool{},
	}
}

// extend adds the lists of a table.
func (c *context) extend(t *commandTable) {
	for _, list := range []struct {
		to   map[string]map[string]bool
		from map[string][]spoken
	}{
		{c.after, t.WordAfter}, {c.within, t.WordWithin}, {c.before, t.WordBefore},
		{c.notAfter, t.NotAfter}, {c.notBefore, t.NotBefore}, {c.partners, t.Pair},
	} {
		for key, words := range list.from {
			key = foldPhrase(key)
			if list.to[key] == nil {
				list.to[key] = map[string]bool{}
			}
			addAll(list.to[key], words)
		}
	}
	addAll(c.adjectives, t.Adjectives)
	addAll(c.clauses, t.Clauses)
}

func addAll(to map[string]bool, words []spoken) {
	for _, w := range words {
		to[foldPhrase(w.text)] = true
	}
}

// meant reports whether the command p, which is text[i:end], is meant as a command.
// What comes before start does not count: it belongs to an earlier command.
func (g *grammar) meant(p phrase, text string, start, i, end int) bool {
	before, after := text[start:i], text[end:]
	if isQuote(lastRune(before)) && isQuote(firstRune(after)) {
		return false // the recogniser has quoted the word
	}
	before = strings.TrimRightFunc(before, unicode.IsSpace)
	pausedBefore := before == "" || isBreak(lastRune(before))
	rest := strings.TrimLeft(after, blanks)
	pausedAfter := rest == "" || isBreak(firstRune(rest))
	if pausedBefore && pausedAfter {
		return true
	}
	if !pausedBefore {
		words := wordsBefore(before)
		if applies(g.context.after, g.context.notAfter, p, words) || g.followsAdjective(p, words) {
			return false
		}
		// A partner decides better than words that may stand alone.
		alone := g.context.partners[string(p.key)] != nil || g.clauseEnds(p, text, i, end)
		if !alone && applies(g.context.within, g.context.notAfter, p, words) {
			return false
		}
	}
	return pausedAfter || !applies(g.context.before, g.context.notBefore, p, wordsAfter(rest))
}

// applies reports whether a list has one of the words for a phrase, and the exceptions
// do not. The list for every phrase does not apply to commands of the user's own, nor to
// those that delete.
func applies(list, exceptions map[string]map[string]bool, p phrase, words []string) bool {
	key := string(p.key)
	general := !p.own && p.kind != scratch && !hasOne(exceptions[everyPhrase], words) &&
		!hasOne(exceptions[key], words) && !exceptions[key][everyPhrase]
	return hasOne(list[key], words) && !hasOne(exceptions[key], words) || general && hasOne(list[everyPhrase], words)
}

func hasOne(list map[string]bool, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return list[w] })
}

// followsAdjective reports whether the words before a phrase end in an article and an
// adjective.
func (g *grammar) followsAdjective(p phrase, words []string) bool {
	if p.own || p.kind == scratch || len(words) < 2 || !g.context.adjectives[words[0]] {
		return false
	}
	if hasOne(g.context.notAfter[string(p.key)], words) {
		return false
	}
	article, _, _ := strings.Cut(words[1], " ")
	_, elided, _ := strings.Cut(article, "'")
	articles := []string{article, elided}
	return applies(g.context.after, nil, p, articles) || applies(g.context.within, nil, p, articles)
}

// clauseEnds reports whether a clause seems to end with the phrase text[i:end].
func (g *grammar) clauseEnds(p phrase, text string, i, end int) bool {
	after := text[end:]
	rest := strings.TrimLeftFunc(after, func(r rune) bool { return unicode.IsSpace(r) || isBreak(r) || isQuote(r) })
	if rest == "" {
		return true
	}
	if mark := firstRune(after); isBreak(mark) {
		return strings.ContainsRune(p.text, mark)
	}
	next := firstRune(rest)
	if unicode.IsUpper(next) && !unicode.IsUpper(firstRune(text[i:])) && len(oneWord(rest)) > 1 {
		return true
	}
	for _, w := range wordsAfter(rest) {
		if g.context.clauses[w] {
			return true
		}
	}
	found, n := g.at(text, len(text)-len(rest))
	return n > 0 && found.isCommand()
}

// isBreak reports whether r is punctuation that the recogniser writes for a pause.
func isBreak(r rune) bool {
	return strings.ContainsRune(marks, r) || strings.ContainsRune("–—\n", r)
}

// wordsBefore returns the last word of text, the last two, and so on, up to the first
// punctuation mark. The last but one with a star for the last counts as well, and so
// does a word without its elision: "un" for "d'un".
func wordsBefore(text string) (all []string) {
	joined := ""
	for range maxContext {
		word := lastOf(text)
		if word == "" {
			break
		}
		text = strings.TrimRight(text[:len(text)-len(word)], " \u00a0\u202f\t")
		word = foldPhrase(word)
		joined = strings.TrimSpace(word + " " + joined)
		all = append(all, joined)
	}
	if len(all) > 1 {
		first, _, _ := strings.Cut(all[1], " ")
		all = append(all, first+" *")
	}
	if len(all) > 0 {
		if _, rest, elided := strings.Cut(all[0], "'"); elided {
			all = append(all, rest)
		}
	}
	return all
}

// wordsAfter returns the first word of text, the first two, and so on. "$" stands for
// the end or a punctuation mark after them, and 0 for a number in figures. Of a word
// with an elision, the beginning counts, too: "d'accord" as "d'".
func wordsAfter(text string) (all []string) {
	joined := ""
	for range maxContext {
		word := oneWord(text)
		text = strings.TrimLeft(text[len(word):], " \u00a0\u202f\t")
		switch {
		case word == "":
			return append(all, strings.TrimSpace(joined+" $"))
		case strings.Trim(word, "0123456789") == "":
			word = "0"
		}
		word = foldPhrase(word)
		if joined == "" {
			if stem, _, elided := strings.Cut(word, "'"); elided {
				all = append(all, stem+"'")
			}
		}
		joined = strings.TrimSpace(joined + " " + word)
		all = append(all, joined)
	}
	return all
}

// isInner reports whether r may be within a word of the context.
func isInner(r rune) bool { return isWordRune(r) || strings.ContainsRune("'’-", r) }

// oneWord returns the word that text begins with, "" if there is none or it is longer
// than any word.
func oneWord(text string) string {
	for i, r := range text {
		switch {
		case i > maxWord:
			return ""
		case !isInner(r):
			return text[:i]
		}
	}
	return text
}

// lastOf returns the word that text ends with, "" if there is none or it is longer than
// any word.
func lastOf(text string) string {
	i := len(text)
	for i > 0 && len(text)-i <= maxWord {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if !isInner(r) {
			return text[i:]
		}
		i -= size
	}
	if i > 0 {
		return ""
	}
	return text
}
