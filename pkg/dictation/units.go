package dictation

import (
	"strconv"
	"strings"
	"unicode"
)

// symbols are the signs of units that are the same in all languages, by their English
// names.
var symbols = map[string]string{
	"kilogram": "kg", "gram": "g", "milligram": "mg", "kilometre": "km", "metre": "m", "centimetre": "cm",
	"millimetre": "mm", "litre": "l", "millilitre": "ml", "kilometre per hour": "km/h", "degree Celsius": "°C",
	"kilooctet": "ko", "megaoctet": "Mo", "gigaoctet": "Go", "kilobyte": "kB",
	"megabyte": "MB", "gigabyte": "GB", "terabyte": "TB",
	"hertz": "Hz", "kilohertz": "kHz", "megahertz": "MHz", "gigahertz": "GHz",
	"millisecond": "ms", "watt": "W", "kilowatt": "kW", "kilowatt hour": "kWh", "volt": "V",
}

// unitsOf returns the signs of a language, with a no-break space before them. names has
// the names by their English ones. percent are the names of %, which before separates
// from the number.
func unitsOf(names map[string][]string, before string, percent ...string) map[string]string {
	units := map[string]string{}
	for symbol, all := range names {
		for _, name := range all {
			units[name] = "\u00a0" + symbols[symbol]
		}
	}
	for _, name := range percent {
		units[name] = before + "%"
	}
	return units
}

// same adds the units whose names differ by nothing, or by an ending.
func same(names map[string][]string, plural string, words ...string) map[string][]string {
	for _, w := range words {
		names[w] = append(names[w], w, w+plural)
	}
	return names
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
