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

// phrases maps the first character to the phrases that begin with it, longest
// first.
type phrases map[rune][]phrase

// newPhrases builds the table from a map whose keys are folded phrases.
func newPhrases(from map[string]phrase) phrases {
	table := phrases{}
	for key, p := range from {
		p.key = []rune(key)
		table[p.key[0]] = append(table[p.key[0]], p)
	}
	for _, list := range table {
		slices.SortFunc(list, func(a, b phrase) int {
			return cmp.Or(cmp.Compare(len(b.key), len(a.key)), slices.Compare(a.key, b.key))
		})
	}
	return table
}

// at returns the longest phrase that begins at byte i of text, and its length in
// bytes, 0 if there is none.
func (table phrases) at(text string, i int) (phrase, int) {
	for _, p := range table[fold(firstRune(text[i:]))] {
		n := p.match(text[i:])
		if n > 0 && p.begins(text, i) && p.ends(text, i+n) {
			return p, n
		}
	}
	return phrase{}, 0
}

// match returns the length in bytes of the phrase at the start of text, 0 if it is
// not there. A space in the phrase matches any white space and, except in custom
// words, a hyphen, since recognisers write "full-stop".
func (p phrase) match(text string) int {
	i := 0
	for _, want := range p.key {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case size == 0:
			return 0
		case want == ' ' && r == '-' && p.kind != word:
			i += size
		case want == ' ':
			rest := strings.TrimLeftFunc(text[i:], unicode.IsSpace)
			if len(rest) == len(text)-i {
				return 0
			}
			i = len(text) - len(rest)
		case fold(r) == want:
			i += size
		default:
			return 0
		}
	}
	return i
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
