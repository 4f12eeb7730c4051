package dictation

import (
	"strings"
	"testing"
)

// spell writes a number from 1 to 999,999 in words.
var spell = map[string]func(n int) string{"en": spellEnglish, "de": spellGerman, "es": spellSpanish, "fr": spellFrench}

func list(words string) []string { return strings.Fields(words) }

func spellEnglish(n int) string {
	ones := list("- one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
		"seventeen eighteen nineteen")
	tens := list("- - twenty thirty forty fifty sixty seventy eighty ninety")
	switch {
	case n < 20:
		return ones[n]
	case n < 100:
		return tens[n/10] + after("-", n%10, spellEnglish)
	case n < 1000:
		return ones[n/100] + " hundred" + after(" and ", n%100, spellEnglish)
	}
	return spellEnglish(n/1000) + " thousand" + after(" ", n%1000, spellEnglish)
}

// after returns a separator and the rest of a number, "" if there is none.
func after(separator string, n int, spell func(int) string) string {
	if n == 0 {
		return ""
	}
	return separator + spell(n)
}

func spellGerman(n int) string {
	ones := list("- eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn " +
		"siebzehn achtzehn neunzehn")
	tens := list("- - zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
	switch {
	case n < 20:
		return ones[n]
	case n < 100 && n%10 == 0:
		return tens[n/10]
	case n < 100:
		if n%10 == 1 {
			return "einund" + tens[n/10]
		}
		return ones[n%10] + "und" + tens[n/10]
	case n < 1000:
		ones[1] = "ein"
		return ones[n/100] + "hundert" + after("", n%100, spellGerman)
	}
	thousands := spellGerman(n / 1000)
	if n/1000%100 == 1 {
		thousands = strings.TrimSuffix(thousands, "s")
	}
	return thousands + "tausend" + after("", n%1000, spellGerman)
}

func spellSpanish(n int) string {
	ones := list("- uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis " +
		"diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis " +
		"veintisiete veintiocho veintinueve")
	tens := list("- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa")
	hundreds := list("- ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos")
	before := strings.NewReplacer("veintiuno", "veintiún", "uno", "un")
	switch {
	case n < 30:
		return ones[n]
	case n < 100:
		return tens[n/10] + after(" y ", n%10, spellSpanish)
	case n == 100:
		return "cien"
	case n < 1000:
		return hundreds[n/100] + after(" ", n%100, spellSpanish)
	case n < 2000:
		return "mil" + after(" ", n%1000, spellSpanish)
	}
	return before.Replace(spellSpanish(n/1000)) + " mil" + after(" ", n%1000, spellSpanish)
}

func spellFrench(n int) string {
	ones := list("- un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept " +
		"dix-huit dix-neuf")
	tens := list("- - vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
	switch {
	case n < 20:
		return ones[n]
	case n == 80:
		return "quatre-vingts"
	case n < 100:
		rest := n % 10
		if n >= 60 {
			rest = n % 20
		}
		if rest == 1 && n < 80 || n == 71 {
			return tens[n/10] + " et " + ones[rest]
		}
		return tens[n/10] + after("-", rest, spellFrench)
	case n < 200:
		return "cent" + after(" ", n%100, spellFrench)
	case n < 1000:
		if n%100 == 0 {
			return ones[n/100] + " cents"
		}
		return ones[n/100] + " cent " + spellFrench(n%100)
	case n < 2000:
		return "mille" + after(" ", n%1000, spellFrench)
	}
	return spellFrench(n/1000) + " mille" + after(" ", n%1000, spellFrench)
}

// TestNumbers spells numbers in each language and checks that their figures come back,
// alone and with a unit.
func TestNumbers(t *testing.T) {
	metres := map[string]string{"en": "metres", "de": "Meter", "es": "metros", "fr": "mètres"}
	for _, l := range NumberLanguages() {
		numbers, err := loadGrammar(Options{Numbers: l})
		if err != nil {
			t.Fatal(err)
		}
		write := func(text string) string {
			d := &Dictation{grammar: numbers}
			return d.AddText(text).Insert
		}
		step := 1
		for n := 2; n < 1e6; n += step {
			if n == 3000 {
				step = 617
			}
			said := spell[l](n)
			figures := (&reading{numerals: numberLanguages[l]}).group(n)
			if got, want := write(said+" "+metres[l]), figures+"\u00a0m"; got != want {
				t.Fatalf("%s: %q becomes %q, want %q", l, said+" "+metres[l], got, want)
			}
			alone := figures
			if n <= 12 || numberLanguages[l].round[said] {
				alone = said
			}
			if got := write(said); got != alone {
				t.Fatalf("%s: %q becomes %q, want %q", l, said, got, alone)
			}
		}
	}
}
