package dictation

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNumber is more words than any number with its unit has.
const maxNumber = 16

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

// begins reports whether a number may begin with word.
func (r *reading) begins(word string) bool {
	if isDigit(word[0]) || r.isOrdinal != nil && r.isOrdinal(word) {
		return true
	}
	_, n := r.read([]string{word})
	return n > 0
}

// split cuts up to most words from text[i] on, up to a punctuation mark. Hyphens separate
// words, but count as part of a word that has no number.
func (r *reading) split(i, most int) {
	r.words, r.ends = make([]string, 0, most), make([]int, 0, most)
	for len(r.words) < most {
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
