package dictation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"voiceflow/pkg/language"
)

// The rules for numbers, the same in all languages:
//
//   - Whole numbers above twelve are written in figures. Up to twelve they stay words,
//     and so do a round "hundred" or "thousand" alone and two numbers in a row that do
//     not make one ("eight thirty").
//   - Before a unit, a percentage or a currency, and with decimals, all numbers are
//     written in figures. The one that is also an article ("un kilo") stays a word
//     before a unit.
//   - From 10,000 on, thousands are separated. "Million" stays a word after figures.
//   - Ordinals stay words, except in English above twelfth (21st) and in German before a
//     month (3. Mai).
//   - English years ("nineteen eighty four") and times after "at" ("at eight thirty"),
//     and times with "Uhr" and "heures", are written the usual way.
//
// A number that is already in figures only gets its sign or unit.

// numerals are the numbers and units of a language.
type numerals struct {
	// read reads the number that words begin with, and returns how many words it
	// consists of: 0 if there is none.
	read func(words []string) (value, n int)

	point     []string          // spoken decimal marks
	articles  map[string]bool   // the words for one that are also articles
	round     map[string]bool   // words for hundred and thousand that are numbers even alone
	millions  map[string]int    // words that stay words after figures
	units     map[string]string // by phrase: the sign, with what separates it from the number
	money     map[string]string // by phrase: the sign of a currency, of which cents may follow
	signFirst bool              // a currency's sign stands before the number
	mark      string            // decimal mark, as written
	thousands string            // separator of thousands

	// ordinal and special, if not nil, return what to write for an ordinal and for
	// years and times, and how many words that replaces: 0 for other words. An empty
	// text leaves the words as they are.
	ordinal, special func(r *reading) (text string, n int)

	isOrdinal func(word string) bool // for ordinal
}

// numberLanguages are the languages with numbers, by code.
var numberLanguages = map[string]*numerals{"en": english, "de": german, "es": spanish, "fr": french}

// NumberLanguages returns the codes of the languages for Options.Numbers.
func NumberLanguages() []string { return slices.Sorted(maps.Keys(numberLanguages)) }

// numbersOf returns the numerals of a language, nil if name is empty.
func numbersOf(name string) (*numerals, error) {
	if name == "" {
		return nil, nil
	}
	code, _ := language.Code(name)
	n := numberLanguages[code]
	if n == nil {
		return nil, fmt.Errorf("no numbers for the language %q: choose one of %s",
			name, strings.Join(NumberLanguages(), ", "))
	}
	return n, nil
}

// number returns the match of the number that begins at text[i], an empty match if there
// is none, and lists. A number that stays as it was said is a plain match. Before lists,
// a spoken comma separates numbers and is no decimal mark.
func (g *grammar) number(text string, i, lists int) (match, int) {
	none := match{start: i, end: i}
	last := lastRune(text[:i])
	if !isWordRune(firstRune(text[i:])) || i > 0 && (isWordRune(last) || strings.ContainsRune(linkers+",", last)) {
		return none, lists
	}
	r := &reading{numerals: g.numbers, g: g, text: text}
	if r.split(i, 1); len(r.words) == 0 || !r.begins(r.words[0]) {
		return none, lists
	}
	r.split(i, maxNumber)
	r.before = foldPhrase(lastOf(strings.TrimRight(text[:i], " ")))
	m := match{start: i}
	m.kind = replace
	n := 0
	if r.ordinal != nil {
		m.text, n = r.ordinal(r)
	}
	if n == 0 && !r.start() {
		return none, lists
	}
	if n == 0 {
		m.text, n, lists = r.decimals(i, lists)
	}
	if n == 0 {
		if m.text, n = r.whole(); m.text == "" {
			m.kind = plain
		}
	}
	m.end = r.ends[n-1]
	return m, lists
}

// decimals returns what to write for a number with decimals at text[i], and how many
// words that replaces: 0 if there are none, or if the number is in a list. It also
// returns where the list ends.
func (r *reading) decimals(i, lists int) (string, int, int) {
	text, n := r.decimal()
	if n == 0 || i < lists {
		return "", 0, lists
	}
	if end := r.chain(n); end > 0 {
		return "", 0, r.ends[end-1]
	}
	r.n = n
	if written, n := r.unit(text); n > 0 {
		return written, n, lists
	}
	return text, n, lists
}
