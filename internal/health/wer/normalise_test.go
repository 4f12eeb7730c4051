package wer_test

import (
	"strings"
	"testing"

	"voiceflow/internal/health/wer"
)

func TestNormaliseMakesEqual(t *testing.T) {
	for _, same := range [][]string{
		{"twelve", "12", "12."},
		{"twenty-five people", "25 people", "twenty five people"},
		{"the third of May", "the 3rd of May"},
		{"the twenty-first", "the 21st"},
		{"the twelfth, the thirtieth", "the 12th, the 30th"},
		{"one hundred and two cars", "102 cars", "one hundred two cars"},
		{"two thousand three hundred", "2,300", "2300"},
		{"nineteen eighty", "1980"},
		{"one two three", "1-2-3", "123", "1 2 3"},
		{"three million, four hundred thousand and five", "3,400,005"},
		{"press oh for help", "press 0 for help"},
		{"at 5 p.m.", "at five PM"},
		{"it's ten percent", "it is 10%"},
		{"I won't; you can't", "I will not, you cannot"},
		{"don’t, we'll, they're, I'd", "do not we will they are I would"},
		{"the colour of my favourite neighbour", "the color of my favorite neighbor"},
		{"organise, analysed, centre, travelling", "organize, analyzed, center, traveling"},
		{"Dr. Smith and Mr. Jones", "doctor Smith and mister Jones"},
		{"Press * to pause, * to go on.", "press to pause to go on", "press * to pause, * to go on"},
		{"well, um, yes [laughs]", "well yes", "Well... (cough) *sighs* yes ♪"},
		{"OK, alright", "okay all right"},
		{"two hundred and fifty first", "251st"},
	} {
		want := wer.Normalise(same[0], "en")
		for _, text := range same[1:] {
			if got := wer.Normalise(text, "en"); got != want {
				t.Errorf("Normalise(%q) = %q, but Normalise(%q) = %q", text, got, same[0], want)
			}
		}
	}
}

func TestNormaliseKeepsApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"twelve", "20"},
		{"thirteen", "thirty"},
		{"four", "for"},
		{"second floor", "first floor"},
		{"and then one", "then one"},
		{"our hour", "or hour"},
		{"he said yes", "he said no"},
		{"zero", "ten"},
	} {
		if a, b := wer.Normalise(pair[0], "en"), wer.Normalise(pair[1], "en"); a == b {
			t.Errorf("Normalise(%q) and Normalise(%q) are both %q", pair[0], pair[1], a)
		}
	}
}

func TestNormaliseOtherLanguages(t *testing.T) {
	for _, test := range [][3]string{
		{"¡Hola, [música] amigo!", "es", "hola amigo"},
		{"Ein Uhr, um zwölf", "de", "ein uhr um zwölf"},
		{"one", "es", "one"},
		{"one", "", "one"},
	} {
		if got := wer.Normalise(test[0], test[1]); got != test[2] {
			t.Errorf("Normalise(%q, %q) = %q, want %q", test[0], test[1], got, test[2])
		}
	}
}

// The result consists of words only, whatever the input.
func FuzzNormalise(f *testing.F) {
	for _, text := range []string{"", "one hundred and", "and one", "th ieth", "1st2nd", "oh oh seven", "hundred", "99999999999999999999 one", "[(*"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := wer.Normalise(text, "en")
		if words := strings.Join(wer.Words(got), " "); words != got {
			t.Errorf("Normalise(%q) = %q, but its words are %q", text, got, words)
		}
	})
}
