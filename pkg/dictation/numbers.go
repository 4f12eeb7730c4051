package dictation

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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

// maxNumber is more words than any number with its unit has.
const maxNumber = 24

// maxUnit is how many words the name of a unit has at most.
const maxUnit = 3

// reading is an attempt to read a number from text[i:].
type reading struct {
	*numerals
	g      *grammar
	text   string
	words  []string // the next words, folded
	ends   []int    // the end of each word in text
	value  int      // of the number
	figure string   // the number if it is in figures already
	n      int      // the words of the number
	before string   // the word before, folded
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
	r.split(i)
	if len(r.words) == 0 {
		return none, lists
	}
	r.before = foldPhrase(lastOf(strings.TrimRight(text[:i], " ")))
	m := match{start: i}
	m.kind = replace
	if r.ordinal != nil {
		if written, n := r.ordinal(r); n > 0 {
			m.text, m.end = written, r.ends[n-1]
			return m, lists
		}
	}
	if !r.start() {
		return none, lists
	}
	if decimal, n := r.decimal(); n > 0 && i >= lists {
		if end := r.chain(n); end > 0 {
			lists = r.ends[end-1]
		} else {
			m.text, r.n = decimal, n
			if written, n := r.unit(decimal); n > 0 {
				m.text, r.n = written, n
			}
			m.end = r.ends[r.n-1]
			return m, lists
		}
	}
	m.text, r.n = r.whole()
	m.end = r.ends[r.n-1]
	if m.text == "" {
		m.kind = plain
	}
	return m, lists
}

// split cuts the words from text[i] on, up to a punctuation mark. Hyphens separate
// words, but count as part of a word that has no number.
func (r *reading) split(i int) {
	for len(r.words) < maxNumber {
		end := i
		for end < len(r.text) && end-i < maxWord {
			c, size := utf8.DecodeRuneInString(r.text[end:])
			if !isWordRune(c) && c != '\'' && c != '’' && !inFigure(r.text[i:], end-i) {
				break
			}
			end += size
		}
		if end == i {
			return
		}
		r.words = append(r.words, strings.Map(fold, r.text[i:end]))
		r.ends = append(r.ends, end)
		rest := r.text[end:]
		next := strings.TrimLeft(rest, " \u00a0\u202f")
		if next == rest {
			next = strings.TrimPrefix(rest, "-")
		}
		if next == rest {
			return
		}
		i = len(r.text) - len(next)
	}
}

// inFigure reports whether text[i] is a mark within a number such as 3.5.
func inFigure(text string, i int) bool {
	return (text[i] == '.' || text[i] == ',') && i > 0 && isDigit(text[i-1]) && i+1 < len(text) && isDigit(text[i+1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// start reads the number that the words begin with, and reports whether there is one.
func (r *reading) start() bool {
	if isDigit(r.words[0][0]) {
		r.figure = r.words[0]
		if strings.Trim(r.figure, "0123456789.,") != "" {
			return false
		}
		r.value, _ = strconv.Atoi(r.figure)
		r.n = 1
		return true
	}
	r.value, r.n = r.read(r.words)
	return r.n > 0
}

// whole returns what to write for a whole number, and how many words that replaces. An
// empty text leaves these words as they are.
func (r *reading) whole() (string, int) {
	if r.special != nil {
		if text, n := r.special(r); n > 0 {
			return text, n
		}
	}
	figures := r.figures()
	if text, n := r.unit(figures); n > 0 {
		return text, n
	}
	if text, n := r.million(); n > 0 {
		return text, n
	}
	n := r.n
	for {
		_, more := r.read(r.words[n:])
		if more == 0 {
			break
		}
		n += more
	}
	if n > r.n || r.figure != "" || r.value <= 12 || r.n == 1 && r.round[r.words[0]] || r.inCompound(r.n) {
		return "", n
	}
	return figures, r.n
}

// inCompound reports whether the word after the first n is joined to them by a hyphen,
// as in "twenty-something".
func (r *reading) inCompound(n int) bool {
	end := r.ends[n-1]
	return end < len(r.text) && r.text[end] == '-'
}

// million returns a number before "million", with the word after it.
func (r *reading) million() (string, int) {
	if r.n >= len(r.words) || r.millions[r.words[r.n]] == 0 || r.figure != "" || r.inCompound(r.n) {
		return "", 0
	}
	n := r.n + 1
	if r.n == 1 && r.articles[r.words[0]] {
		return "", n
	}
	if rest, more := r.read(r.words[n:]); more > 0 && rest >= 1000 {
		return r.group(r.value*r.millions[r.words[r.n]] + rest), n + more
	}
	text := r.group(r.value) + "\u00a0" + strings.TrimLeft(r.text[r.ends[r.n-1]:r.ends[r.n]], " ")
	if n < len(r.words) && r.signFirst && r.money[r.words[n]] != "" {
		return r.money[r.words[n]] + text, n + 1
	}
	return text, n
}

// figures returns the number in figures.
func (r *reading) figures() string {
	if r.figure != "" {
		return r.figure
	}
	return r.group(r.value)
}

func (r *reading) group(value int) string {
	digits := strconv.Itoa(value)
	if len(digits) < 5 {
		return digits
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + r.thousands + digits[i:]
	}
	return digits
}

// decimal returns a number with decimals, and how many words it consists of: 0 if there
// are no decimals.
func (r *reading) decimal() (string, int) {
	if r.n+1 >= len(r.words) || !slices.Contains(r.point, r.words[r.n]) || strings.ContainsAny(r.figure, ".,") {
		return "", 0
	}
	fraction, n := r.fraction(r.n + 1)
	if n == 0 {
		return "", 0
	}
	return r.figures() + r.mark + fraction, n
}

// fraction reads the decimals from word n on: digits, or a number up to 99 after zeros.
// It returns the number of the word after them, 0 if there are none.
func (r *reading) fraction(n int) (string, int) {
	digits := ""
	for n < len(r.words) {
		word := r.words[n]
		if strings.Trim(word, "0123456789") == "" {
			digits, n = digits+word, n+1
			continue
		}
		if word == "oh" && r.mark == "." {
			digits, n = digits+"0", n+1
			continue
		}
		value, more := r.read(r.words[n:])
		switch {
		case more == 0 || value > 99 || value > 9 && strings.Trim(digits, "0") != "":
			return digits, min(n, n*len(digits))
		case value > 9:
			return digits + strconv.Itoa(value), n + more
		}
		digits, n = digits+strconv.Itoa(value), n+more
	}
	return digits, n
}

// chain returns where a list of numbers with spoken commas ends, as in "one comma two
// comma three", if n words of it look like decimals. It is 0 if they are.
func (r *reading) chain(n int) int {
	end := 0
	for n+1 < len(r.words) && slices.Contains(r.point, r.words[n]) {
		_, next := r.fraction(n + 1)
		if next == 0 {
			break
		}
		n, end = next, next
	}
	return end
}

// unit returns a number with the sign of the unit after it, and how many words the two
// have: 0 if no unit follows. A unit that is a phrase of the user's counts as that.
func (r *reading) unit(figures string) (string, int) {
	if r.n >= len(r.words) || r.inCompound(r.n) {
		return "", 0
	}
	at := len(r.text) - len(strings.TrimLeftFunc(r.text[r.ends[r.n-1]:], unicode.IsSpace))
	if _, n := r.g.at(r.text, at); n > 0 {
		return "", 0
	}
	for n := min(maxUnit, len(r.words)-r.n); n > 0; n-- {
		name := strings.Join(r.words[r.n:r.n+n], " ")
		sign, money := r.units[name], r.money[name]
		switch {
		case sign == "" && money == "":
		case r.n == 1 && r.articles[r.words[0]] && !strings.HasSuffix(sign, "%"):
			return "", 0
		case money == "":
			return figures + sign, r.n + n
		default:
			cents, more := r.cents(r.n + n)
			if figures += cents; r.signFirst {
				return money + figures, r.n + n + more
			}
			return figures + money, r.n + n + more
		}
	}
	return "", 0
}

// cents returns the decimals of an amount whose cents are the last words, from word n
// on ("three euros fifty"), and how many words they are.
func (r *reading) cents(n int) (string, int) {
	value, more := r.read(r.words[n:])
	if more == 0 || value < 10 || value > 99 {
		return "", 0
	}
	if next := n + more; next < len(r.words) {
		at := len(r.text) - len(strings.TrimLeftFunc(r.text[r.ends[next-1]:], unicode.IsSpace))
		if found, m := r.g.at(r.text, at); m == 0 || !found.isCommand() {
			return "", 0
		}
	}
	return r.mark + strconv.Itoa(value), more
}
