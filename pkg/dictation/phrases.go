package dictation

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the effect of a phrase. Kinds from closing on are commands that insert
// text.
type kind int

const (
	plain   kind = iota // not a phrase, but text as spoken
	word                // corrects the spelling of a word
	replace             // inserts text as if it had been spoken
	scratch             // deletes text
	literal             // makes the next phrase plain text
	closing             // inserts text that is attached to the word before
	opening             // inserts text that is attached to the word after
	joining             // inserts text that is attached to both
	apart               // inserts text with spaces around it
)

// phrase is a sequence of words to look for and its effect.
type phrase struct {
	key  []rune // folded, with single spaces
	kind kind
	text string
	own  bool // a command from the user's file
}

// phrases maps the first character to the phrases that begin with it, sorted by their
// characters.
type phrases map[rune][]phrase

// newPhrases builds the table from a map whose keys are folded phrases.
func newPhrases(from map[string]phrase) phrases {
	table := phrases{}
	for key, p := range from {
		p.key = []rune(key)
		table[p.key[0]] = append(table[p.key[0]], p)
	}
	for _, list := range table {
		slices.SortFunc(list, func(a, b phrase) int { return slices.Compare(a.key, b.key) })
	}
	return table
}

// at returns the longest phrase that begins at byte i of text, and its length in
// bytes, 0 if there is none.
func (table phrases) at(text string, i int) (best phrase, length int) {
	s := search{text: text, matched: func(p *phrase, end int, hyphens bool) {
		better := length == 0 || len(p.key) > len(best.key) ||
			len(p.key) == len(best.key) && slices.Compare(p.key, best.key) < 0
		if better && !(hyphens && p.kind == word) && p.begins(text, i) && p.ends(text, end) {
			best, length = *p, end-i
		}
	}}
	s.follow(table[fold(firstRune(text[i:]))], i, 0, false)
	return best, length
}

// search looks for the phrases at a place in a text. However many phrases there are, it takes
// only as long as those take that begin as the text does.
type search struct {
	text string
	// matched is called for each phrase that matches, with its end. hyphens means that a
	// hyphen was taken for a space, which does not count in custom words.
	matched func(p *phrase, end int, hyphens bool)
	// open is called with the phrases that go on where the text ends; it may be nil.
	open func(list []phrase)
}

// follow looks in list, which has the phrases whose first n characters match the text up to
// byte i. A space in a phrase matches any white space and a hyphen, since recognisers write
// "full-stop".
func (s *search) follow(list []phrase, i, n int, hyphens bool) {
	for len(list) > 0 {
		if p := &list[0]; len(p.key) == n { // the shortest is the first
			s.matched(p, i, hyphens)
			list = list[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case size == 0:
			if s.open != nil {
				s.open(list)
			}
			return
		case r == '-':
			s.follow(with(list, n, ' '), i+size, n+1, true)
		case unicode.IsSpace(r):
			size = len(s.text) - i - len(strings.TrimLeftFunc(s.text[i:], unicode.IsSpace))
			r = ' '
		}
		list, i, n = with(list, n, fold(r)), i+size, n+1
	}
}

// with returns the phrases of a sorted list that have r as their character n, counted from 0.
// All of them have that many, and the same before it.
func with(list []phrase, n int, r rune) []phrase {
	from, _ := slices.BinarySearchFunc(list, r, func(p phrase, r rune) int { return cmp.Compare(p.key[n], r) })
	to, _ := slices.BinarySearchFunc(list[from:], r+1, func(p phrase, r rune) int { return cmp.Compare(p.key[n], r) })
	return list[from : from+to]
}

// begins reports whether byte i of text may be the beginning of the phrase, and
// ends whether it may be the end, so that only whole words match. Scripts without
// spaces match anywhere. Commands do not match in compounds such as
// "comma-separated" or "comma's".
func (p phrase) begins(text string, i int) bool {
	r, size := utf8.DecodeLastRuneInString(text[:i])
	if size == 0 || isWide(r) || isWide(p.key[0]) {
		return true
	}
	if p.isCommand() && strings.ContainsRune(linkers, r) {
		return !isWordRune(lastRune(text[:i-size]))
	}
	// "equipe" in "l'equipe" is a word, "t" in "don't" is not.
	if fold(r) == '\'' && len(p.key) < 3 {
		return !isWordRune(lastRune(text[:i-size]))
	}
	return !isWordRune(r)
}

func (p phrase) ends(text string, i int) bool {
	r, size := utf8.DecodeRuneInString(text[i:])
	if size == 0 || isWide(r) || isWide(p.key[len(p.key)-1]) {
		return true
	}
	rest := text[i+size:]
	switch {
	case p.isCommand() && strings.ContainsRune(linkers, r):
		return !isWordRune(firstRune(rest))
	case fold(r) == '\'': // "Kubernetes's" contains the word, but "don't" does not contain "Don"
		rest, _ = strings.CutPrefix(rest, "s")
		return !isWordRune(firstRune(rest))
	}
	return !isWordRune(r)
}

// linkers join two words into one.
const linkers = "-'’./@&"

func (p phrase) isCommand() bool { return p.kind >= scratch }

// isWordRune reports whether r may be part of a word.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIILetter(byte(r)) || isDigit(byte(r)) || r == '_'
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M)
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// fold maps characters that differ in case only, and both apostrophes, to one.
func fold(r rune) rune {
	if r == '’' {
		return '\''
	}
	if r >= 'a' && r <= 'z' {
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// foldPhrase returns the form in which phrases are compared.
func foldPhrase(s string) string {
	return strings.Map(fold, strings.Join(strings.Fields(s), " "))
}
