package dictation

import (
	"strconv"
	"strings"
)

var spanishWords = &lexicon{
	ones: map[string]int{
		"cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
		"ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
		"dieciséis": 16, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19,
		"veintiún": 21, "veintiun": 21, "veintiuno": 21, "veintiuna": 21, "veintidós": 22, "veintidos": 22,
		"veintitrés": 23, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintiseis": 26,
		"veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
	},
	tens: map[string]int{
		"veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
		"noventa": 90,
	},
	hundreds: map[string]int{
		"cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300,
		"cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600,
		"seiscientas": 600, "setecientos": 700, "setecientas": 700, "ochocientos": 800, "ochocientas": 800,
		"novecientos": 900, "novecientas": 900,
	},
	thousand:    set("mil"),
	bare:        true,
	and:         "y",
	onesNeedAnd: true,
	joins: func(l *lexicon, before, after string) bool {
		return l.tens[before] > 20 && l.ones[after] > 0 && l.ones[after] < 10
	},
}

var spanish = &numerals{
	read:     spanishWords.read,
	point:    []string{"coma"},
	articles: set("un", "una", "uno"),
	round:    set("cien", "ciento", "mil"),
	millions: map[string]int{"millón": 1e6, "millon": 1e6, "millones": 1e6},
	units: unitsOf(same(map[string][]string{
		"kilogram": {"kilo", "kilos", "kilogramo", "kilogramos"}, "gram": {"gramo", "gramos"},
		"milligram": {"miligramo", "miligramos"}, "kilometre": {"kilómetro", "kilómetros", "kilometros"},
		"metre": {"metro", "metros"}, "centimetre": {"centímetro", "centímetros", "centimetros"},
		"millimetre": {"milímetro", "milímetros", "milimetros"}, "litre": {"litro", "litros"},
		"millilitre":         {"mililitro", "mililitros"},
		"kilometre per hour": {"kilómetros por hora", "kilometros por hora"},
		"degree Celsius":     {"grados celsius", "grados centígrados"}, "hertz": {"hercio", "hercios", "hertz"},
		"megahertz": {"megahercios"}, "gigahertz": {"gigahercios"}, "kilohertz": {"kilohercios"},
		"millisecond": {"milisegundos"}, "watt": {"vatio", "vatios"}, "kilowatt": {"kilovatio", "kilovatios"},
		"kilowatt hour": {"kilovatios hora"}, "volt": {"voltio", "voltios"}, "kilobyte": {"kilobyte", "kilobytes"},
	}, "s", "megabyte", "gigabyte", "terabyte"), "\u00a0", "por ciento"),
	money:     map[string]string{"euro": "\u00a0€", "euros": "\u00a0€"},
	mark:      ",",
	thousands: "\u00a0",
	special:   spanishTime,
}

// spanishTime returns times: "las ocho y veinticinco" as las 8:25. It leaves "treinta y
// pico" as it is.
func spanishTime(r *reading) (string, int) {
	if r.n+1 < len(r.words) && r.words[r.n] == "y" && r.words[r.n+1] == "pico" {
		return "", r.n
	}
	if r.before != "las" && r.before != "la" || r.value < 1 || r.value > 24 || r.n >= len(r.words) || r.words[r.n] != "y" {
		return "", 0
	}
	minute, n := r.read(r.words[r.n+1:])
	if n == 0 || minute < 13 || minute > 59 {
		return "", 0
	}
	return strconv.Itoa(r.value) + ":" + strconv.Itoa(minute), r.n + 1 + n
}

var frenchWords = &lexicon{
	ones: map[string]int{
		"zéro": 0, "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
		"huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
	},
	tens: map[string]int{
		"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
		"huitante": 80, "octante": 80, "nonante": 90,
	},
	hundred:  set("cent", "cents"),
	thousand: set("mille"),
	bare:     true,
	and:      "et",
	joins: func(l *lexicon, before, after string) bool {
		return l.tens[before] > 0 && (l.ones[after] == 1 || after == "onze" && before == "soixante")
	},
	vigesimal: true,
}

var french = &numerals{
	read:     frenchWords.read,
	point:    []string{"virgule"},
	articles: set("un", "une"),
	round:    set("cent", "mille", "cents"),
	millions: map[string]int{"million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9},
	units: unitsOf(same(map[string][]string{
		"kilogram": {"kilo", "kilos", "kilogramme", "kilogrammes"}, "gram": {"gramme", "grammes"},
		"milligram": {"milligramme", "milligrammes"}, "kilometre": {"kilomètre", "kilomètres"},
		"metre": {"mètre", "mètres"}, "centimetre": {"centimètre", "centimètres"},
		"millimetre":         {"millimètre", "millimètres"},
		"kilometre per hour": {"kilomètres heure", "kilomètres par heure", "kilomètres à l'heure"},
		"degree Celsius":     {"degrés celsius"}, "kilooctet": {"kilooctets"}, "megaoctet": {"mégaoctets"},
		"gigaoctet": {"gigaoctets"},
		"hertz":     {"hertz"}, "kilohertz": {"kilohertz"}, "megahertz": {"mégahertz"}, "gigahertz": {"gigahertz"},
		"millisecond": {"millisecondes"}, "kilowatt hour": {"kilowattheures", "kilowatts heure"},
	}, "s", "litre", "millilitre", "watt", "kilowatt", "volt"), "\u00a0", "pour cent", "pourcent"),
	money: map[string]string{
		"euro": "\u00a0€", "euros": "\u00a0€", "dollar": "\u00a0$", "dollars": "\u00a0$",
	},
	mark:      ",",
	thousands: "\u00a0",
	special:   frenchTime,
}

// frenchTime returns times: "huit heures trente" as 8 h 30. It leaves those with
// "minutes" as they are.
func frenchTime(r *reading) (string, int) {
	if r.value < 1 || r.value > 24 || r.n >= len(r.words) || r.words[r.n] != "heures" && r.words[r.n] != "heure" {
		return "", 0
	}
	minute, n := r.read(r.words[r.n+1:])
	end := r.n + 1 + n
	if n == 0 || minute < 1 || minute > 59 {
		return "", 0
	}
	if end < len(r.words) && strings.HasPrefix(r.words[end], "minute") {
		return "", end
	}
	return strconv.Itoa(r.value) + "\u00a0h\u00a0" + strconv.Itoa(100 + minute)[1:], end
}
