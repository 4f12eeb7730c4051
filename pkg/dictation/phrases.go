package dictation

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a phrase does. From closing on it inserts by a command.
type kind int

const (
	plain   kind = iota // no phrase: text as it was said
	word                // a custom spelling
	replace             // inserts text, which is then as if it had been said
	scratch             // takes back
	literal             // makes the phrase behind it mere words
	closing             // inserts text that belongs to the word before
	opening             // inserts text that belongs to the word behind
	joining             // inserts text that belongs to both
	apart               // inserts text with spaces around it
)

// phrase is words to look for and what they do.
type phrase struct {
	said []rune // folded, with single spaces
	kind kind
	text string
}

// phrases has all phrases by their first character, the longest first.
type phrases map[rune][]phrase

// newPhrases makes the table of the phrases in a map, whose keys are folded.
func newPhrases(from map[string]phrase) phrases {
	table := phrases{}
	for said, p := range from {
		p.said = []rune(said)
		table[p.said[0]] = append(table[p.said[0]], p)
	}
	for _, list := range table {
		slices.SortFunc(list, func(a, b phrase) int {
			return cmp.Or(cmp.Compare(len(b.said), len(a.said)), slices.Compare(a.said, b.said))
		})
	}
	return table
}

// at finds the longest phrase that begins at the byte i of text and returns it
// and its length in bytes, 0 if there is none.
func (table phrases) at(text string, i int) (phrase, int) {
	for _, p := range table[fold(firstRune(text[i:]))] {
		n := p.match(text[i:])
		if n > 0 && p.begins(text, i) && p.ends(text, i+n) {
			return p, n
		}
	}
	return phrase{}, 0
}

// match returns the length in bytes of the phrase at the start of text, 0 if
// it is not there. A space in it stands for any white space and, but in a
// custom word, for a hyphen: recognisers write "full-stop".
func (p phrase) match(text string) int {
	i := 0
	for _, want := range p.said {
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

// begins and ends tell whether a phrase found at a place in text is whole
// words. Scripts without spaces have no words to tell apart. A command does
// not match in a compound such as "comma-separated" or "comma's".
func (p phrase) begins(text string, i int) bool {
	r, size := utf8.DecodeLastRuneInString(text[:i])
	if size == 0 || isWide(r) || isWide(p.said[0]) {
		return true
	}
	if p.isCommand() && strings.ContainsRune(linkers, r) {
		return !isWordRune(lastRune(text[:i-size]))
	}
	// The t of "don't" is no word; the equipe of "l'equipe" is one.
	if fold(r) == '\'' && len(p.said) < 3 {
		return !isWordRune(lastRune(text[:i-size]))
	}
	return !isWordRune(r)
}

func (p phrase) ends(text string, i int) bool {
	r, size := utf8.DecodeRuneInString(text[i:])
	if size == 0 || isWide(r) || isWide(p.said[len(p.said)-1]) {
		return true
	}
	rest := text[i+size:]
	switch {
	case p.isCommand() && strings.ContainsRune(linkers, r):
		return !isWordRune(firstRune(rest))
	case fold(r) == '\'': // "Kubernetes's" has the word in it, "don't" has no Don
		rest, _ = strings.CutPrefix(rest, "s")
		return !isWordRune(firstRune(rest))
	}
	return !isWordRune(r)
}

// linkers make one word of the words on both sides.
const linkers = "-'’./@&"

func (p phrase) isCommand() bool { return p.kind >= scratch }

// isWordRune tells whether r is part of a word.
func isWordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M) || r == '_'
}

// fold makes characters equal that differ in case only, and both apostrophes.
func fold(r rune) rune {
	if r == '’' {
		return '\''
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// foldPhrase is the form in which phrases are compared.
func foldPhrase(s string) string {
	return strings.Map(fold, strings.Join(strings.Fields(s), " "))
}
