package wer

import (
	"strconv"
	"strings"
)

// English number words.
var (
	ones = map[string]int{
		"zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
		"nine": 9, "niner": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
		"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	}
	tens = map[string]int{
		"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	}
	scales = map[string]int{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}

	// ordinals maps the irregular ordinals, which are not the number plus "th", to
	// their numbers.
	ordinals = map[string]string{
		"first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight",
		"ninth": "nine", "twelfth": "twelve",
	}
)

// digits replaces number words by digits: "twenty five" by 25, "third" by 3rd.
// Consecutive numbers are joined, because "one nine eighty" may be written as
// 1 9 80, 19 80 or 1980.
func digits(words []string) []string {
	var out []string
	joins := false // the last word of out is a number, and the next number joins it
	for i := 0; i < len(words); {
		number, ordinal, n := number(words[i:])
		if n == 0 {
			out, joins = append(out, words[i]), false
			i++
			continue
		}
		if joins {
			out[len(out)-1] += number
		} else {
			out = append(out, number)
		}
		if joins = !ordinal; ordinal {
			out[len(out)-1] += suffix(number)
		}
		i += n
	}
	return out
}

// number reads one number at the start of words. It returns its digits, whether it
// is an ordinal, and how many words it consists of: 0 if there is no number.
func number(words []string) (value string, ordinal bool, n int) {
	if value, ordinal = figure(words[0]); value != "" {
		return value, ordinal, 1
	}
	total, part := 0, 0 // sum of the complete scales, and of the words after them
	for n < len(words) && !ordinal {
		word, isOrdinal := cardinal(words[n])
		one, isOne := ones[word]
		ten, isTen := tens[word]
		scale, isScale := scales[word]
		round := part%100 == 0 && part+total > 0 // tens and ones may follow
		switch {
		case isOne && (n == 0 || one > 0 && (round || one < 10 && part%100 >= 20 && part%10 == 0)):
			part += one
		case isTen && (n == 0 || round):
			part += ten
		case isScale && n > 0 && scale == 100 && part > 0 && part < 100:
			part *= scale
		case isScale && n > 0 && scale > 100 && part > 0:
			total, part = total+part*scale, 0
		case words[n] == "and" && n > 0 && n+1 < len(words) && continues(words[n-1], words[n+1]):
		default:
			return strconv.Itoa(total + part), false, n
		}
		ordinal = isOrdinal
		n++
	}
	return strconv.Itoa(total + part), ordinal, n
}

// continues reports whether an "and" between two words is part of a number, as in
// "one hundred and two".
func continues(before, after string) bool {
	after, _ = cardinal(after)
	_, isOne := ones[after]
	_, isTen := tens[after]
	return scales[before] > 0 && (isOne || isTen)
}

// figure returns the digits of a word such as 3 or 3rd, and whether it is an
// ordinal; "" for other words.
func figure(word string) (value string, ordinal bool) {
	value = strings.TrimRight(word, "stndrh")
	if _, err := strconv.ParseUint(value, 10, 63); err != nil {
		return "", false
	}
	switch word[len(value):] {
	case "":
		return value, false
	case "st", "nd", "rd", "th":
		return value, true
	}
	return "", false
}

// cardinal returns the cardinal number of an ordinal. It returns other words
// unchanged.
func cardinal(word string) (number string, ordinal bool) {
	if number, ok := ordinals[word]; ok {
		return number, true
	}
	stem, ok := strings.CutSuffix(word, "th")
	if !ok {
		return word, false
	}
	if tenth, ok := strings.CutSuffix(stem, "ie"); ok {
		stem = tenth + "y"
	}
	_, isOne := ones[stem]
	_, isTen := tens[stem]
	if !isOne && !isTen && scales[stem] == 0 {
		return word, false
	}
	return stem, true
}

// suffix returns the ending of an ordinal in digits.
func suffix(number string) string {
	if n := len(number); n > 1 && number[n-2] == '1' {
		return "th"
	}
	switch number[len(number)-1] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}
