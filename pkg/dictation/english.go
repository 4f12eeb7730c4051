package dictation

import (
	"slices"
	"strconv"
	"strings"
)

var englishWords = &lexicon{
	ones: map[string]int{
		"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
		"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
		"seventeen": 17, "eighteen": 18, "nineteen": 19,
	},
	tens: map[string]int{
		"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
	},
	hundred:  set("hundred"),
	thousand: set("thousand"),
	and:      "and",
	joins: func(l *lexicon, before, after string) bool {
		return (l.hundred[before] || l.thousand[before]) && (l.ones[after] > 0 || l.tens[after] > 0)
	},
}

var english = &numerals{
	read:     englishWords.read,
	point:    []string{"point"},
	millions: map[string]int{"million": 1e6, "billion": 1e9},
	units: unitsOf(same(map[string][]string{
		"kilogram": {"kilo", "kilos"}, "kilometre": {"kilometer", "kilometers"}, "metre": {"meter", "meters"},
		"centimetre": {"centimeter", "centimeters"}, "millimetre": {"millimeter", "millimeters"},
		"litre": {"liter", "liters"}, "millilitre": {"milliliter", "milliliters"},
		"degree Celsius": {"degrees celsius", "degrees centigrade"}, "hertz": {"hertz"},
		"kilometre per hour": {"kilometres per hour", "kilometers per hour"},
	}, "s", "kilogram", "gram", "milligram", "kilometre", "metre", "centimetre", "millimetre", "litre", "millilitre",
		"kilobyte", "megabyte", "gigabyte", "terabyte", "kilohertz", "megahertz", "gigahertz",
		"millisecond", "watt", "kilowatt", "kilowatt hour", "volt"), "", "percent", "per cent"),
	money:     map[string]string{"euro": "€", "euros": "€", "dollar": "$", "dollars": "$"},
	signFirst: true,
	mark:      ".",
	thousands: ",",
	ordinal:   englishOrdinal,
	isOrdinal: func(word string) bool { return englishCardinal(word) != "" },
	special:   englishSpecial,
}

var englishMonths = set("january", "february", "march", "april", "may", "june", "july", "august", "september",
	"october", "november", "december")

var englishIrregular = map[string]string{
	"first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
	"twelfth": "twelve",
}

// englishOrdinal returns an ordinal above twelfth.
func englishOrdinal(r *reading) (string, int) {
	const most = 8 // words
	for i, word := range r.words[:min(len(r.words), most)] {
		if base := englishCardinal(word); base != "" {
			cardinal := append(slices.Clone(r.words[:i]), base)
			value, n := englishWords.read(cardinal)
			if n != i+1 || value <= 12 || word == "second" && !r.isDate(n) || r.inCompound(n) {
				return "", 0
			}
			return r.group(value) + englishEnding(value), n
		}
		if _, n := englishWords.read(r.words[i:]); n == 0 && word != "and" {
			return "", 0
		}
	}
	return "", 0
}

// isDate reports whether the ordinal of n words is a day: "a twenty second break" is not.
func (r *reading) isDate(n int) bool {
	return englishMonths[r.before] || n < len(r.words) && (r.words[n] == "of" || r.words[n] == "century")
}

// englishCardinal returns the cardinal number of an ordinal, "" for other words.
func englishCardinal(word string) string {
	if base := englishIrregular[word]; base != "" {
		return base
	}
	stem, cut := strings.CutSuffix(word, "th")
	if !cut {
		return ""
	}
	if ten, cut := strings.CutSuffix(stem, "ie"); cut {
		stem = ten + "y"
	}
	if w := englishWords; w.ones[stem] > 0 || w.tens[stem] > 0 || w.hundred[stem] || w.thousand[stem] {
		return stem
	}
	return ""
}

func englishEnding(value int) string {
	if value/10%10 == 1 || value%10 == 0 || value%10 > 3 {
		return "th"
	}
	return []string{"st", "nd", "rd"}[value%10-1]
}

var beforeTimes = set("at", "until", "till", "from", "by", "before", "after", "around", "since")

// englishSpecial returns years from 1700 to 2099, and times after "at".
func englishSpecial(r *reading) (string, int) {
	if r.figure != "" || r.n != 1 || r.n >= len(r.words) {
		return "", 0
	}
	next, n := englishWords.read(r.words[1:])
	if r.words[1] == "oh" {
		if next, n = englishWords.read(r.words[2:]); n != 1 || next == 0 || next > 9 {
			return "", 0
		}
		n++
	}
	isTwoDigits := n > 0 && (next >= 10 && next <= 99 || r.words[1] == "oh")
	hour := beforeTimes[r.before]
	digits := strconv.Itoa(100 + next)[1:]
	switch {
	case isTwoDigits && r.value >= 17 && r.value <= 20:
		return strconv.Itoa(r.value) + digits, 1 + n
	case isTwoDigits && hour && r.value >= 1 && r.value <= 12 && next < 60:
		return strconv.Itoa(r.value) + ":" + digits, 1 + n
	case r.words[1] == "second", strings.HasSuffix(r.words[1], "ties"): // "thirty second break", "nineteen nineties"
		return "", 2
	case r.words[1] == "past" || r.words[1] == "to": // "twenty past eight"
		if to, n := englishWords.read(r.words[2:]); n == 1 && to <= 12 && r.value < 30 {
			return "", 3
		}
	}
	return "", 0
}
