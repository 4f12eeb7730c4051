package dictation

import (
	"strconv"
	"strings"
)

var (
	germanOnes = map[string]int{
		"null": 0, "ein": 1, "eins": 1, "eine": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
		"sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14,
		"fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
	}
	germanTens = map[string]int{
		"zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
		"achtzig": 80, "neunzig": 90,
	}
	germanMonths = set("januar", "jänner", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
		"oktober", "november", "dezember")
)

var german = &numerals{
	read: func(words []string) (value, n int) {
		if len(words) == 0 {
			return 0, 0
		}
		if value, ok := germanNumber(words[0]); ok {
			return value, 1
		}
		return 0, 0
	},
	point:    []string{"komma"},
	articles: set("ein", "eine"),
	round:    set("hundert", "tausend", "einhundert", "eintausend"),
	millions: map[string]int{"million": 1e6, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9},
	units: unitsOf(map[string][]string{
		"kilogram": {"kilo", "kilogramm"}, "gram": {"gramm"}, "milligram": {"milligramm"},
		"kilometre": {"kilometer", "kilometern"}, "metre": {"meter", "metern"},
		"centimetre": {"zentimeter", "zentimetern"}, "millimetre": {"millimeter", "millimetern"},
		"litre": {"liter", "litern"}, "millilitre": {"milliliter", "millilitern"},
		"kilometre per hour": {"stundenkilometer", "stundenkilometern", "kilometer pro stunde"},
		"degree Celsius":     {"grad celsius"}, "kilobyte": {"kilobyte"}, "megabyte": {"megabyte"},
		"gigabyte": {"gigabyte"}, "terabyte": {"terabyte"}, "hertz": {"hertz"}, "kilohertz": {"kilohertz"},
		"megahertz": {"megahertz"}, "gigahertz": {"gigahertz"}, "millisecond": {"millisekunden"}, "watt": {"watt"},
		"kilowatt": {"kilowatt"}, "kilowatt hour": {"kilowattstunden"}, "volt": {"volt"},
	}, "\u00a0", "prozent"),
	money:     map[string]string{"euro": "\u00a0€", "dollar": "\u00a0$"},
	mark:      ",",
	thousands: ".",
	ordinal:   germanDay,
	isOrdinal: func(word string) bool { return germanDayOf(word) > 0 },
	special:   germanTime,
}

// germanNumber returns the value of a number, which is one word: fünfundzwanzig.
func germanNumber(word string) (int, bool) {
	const longest = 80
	if value, ok := germanOnes[word]; ok {
		return value, true
	}
	if value, ok := germanTens[word]; ok || len(word) > longest {
		return value, ok
	}
	for _, scale := range []struct {
		name        string
		value, most int // most: what may stand before it, and below it after it
	}{{"tausend", 1000, 999}, {"hundert", 100, 19}} {
		if left, right, found := strings.Cut(word, scale.name); found {
			times, after := 1, 0
			ok := true
			if left != "" {
				times, ok = germanNumber(left)
			}
			if right = strings.TrimPrefix(right, "und"); ok && right != "" {
				after, ok = germanNumber(right)
			}
			return times*scale.value + after, ok && times > 0 && times <= scale.most && after < scale.value
		}
	}
	if one, ten, found := strings.Cut(word, "und"); found && one != "eins" && one != "eine" {
		if value := germanOnes[one]; value > 0 && value < 10 && germanTens[ten] > 0 {
			return germanTens[ten] + value, true
		}
	}
	return 0, false
}

// germanDay returns the ordinal of a day before a month: "dritter Mai" as 3. Mai.
func germanDay(r *reading) (string, int) {
	if len(r.words) < 2 || !germanMonths[r.words[1]] {
		return "", 0
	}
	if day := germanDayOf(r.words[0]); day > 0 {
		return strconv.Itoa(day) + ".", 1
	}
	return "", 0
}

// germanDayOf returns the value of an ordinal from 1 to 31, 0 for other words.
func germanDayOf(word string) int {
	for _, ending := range []string{"e", "er", "en", "em"} {
		if stem, cut := strings.CutSuffix(word, ending); cut {
			if day := germanOrdinal(stem); day > 0 && day <= 31 {
				return day
			}
		}
	}
	return 0
}

// germanOrdinal returns the value of an ordinal without its ending, 0 for other words.
func germanOrdinal(stem string) int {
	switch stem {
	case "erst":
		return 1
	case "dritt":
		return 3
	case "siebt":
		return 7
	case "acht":
		return 8
	}
	ending, least, most := "t", 1, 19
	if strings.HasSuffix(stem, "st") {
		ending, least, most = "st", 20, 99
	}
	base, cut := strings.CutSuffix(stem, ending)
	if value, ok := germanNumber(base); cut && ok && value >= least && value <= most {
		return value
	}
	return 0
}

// germanTime returns times: "acht Uhr dreißig" as 8:30 Uhr. It leaves "zwanzig nach
// acht" as it is.
func germanTime(r *reading) (string, int) {
	if r.n >= len(r.words) || r.value > 24 {
		return "", 0
	}
	switch r.words[r.n] {
	case "uhr":
		minute, n := r.read(r.words[r.n+1:])
		if n > 0 && minute > 0 && minute < 60 {
			return strconv.Itoa(r.value) + ":" + strconv.Itoa(100 + minute)[1:] + "\u00a0Uhr", r.n + 1 + n
		}
	case "nach", "vor":
		if hour, n := r.read(r.words[r.n+1:]); n > 0 && hour <= 12 && r.figure == "" {
			return "", r.n + 1 + n
		}
	}
	return "", 0
}
