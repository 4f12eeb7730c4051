package dictation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// spokenCases reads a table of what is said and what is to be written; its first line
// describes the format.
func spokenCases(t *testing.T, path string) (cases table) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	written := strings.NewReplacer(`\n`, "\n", "~", "\u00a0")
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 2 {
			t.Fatalf("%s: %q has %d fields", path, line, len(fields))
		}
		cases = append(cases, struct{ utterances, want string }{fields[0], written.Replace(fields[1])})
	}
	return cases
}

// TestSpoken checks the table of each language: commands and numbers, and at least as
// many phrases in which the same words are meant as words.
func TestSpoken(t *testing.T) {
	for _, l := range Languages() {
		t.Run(l, func(t *testing.T) {
			cases := spokenCases(t, filepath.Join("testdata", l+".tsv"))
			words := 0
			for _, c := range cases {
				if c.utterances == c.want {
					words++
				}
			}
			if len(cases) < 60 || 2*words < len(cases) {
				t.Errorf("%d phrases, %d of them words", len(cases), words)
			}
			cases.check(t, Options{Commands: l, Numbers: l})
		})
	}
}

func TestUnits(t *testing.T) {
	for _, l := range NumberLanguages() {
		for name, sign := range numberLanguages[l].units {
			if strings.Trim(sign, "\u00a0") == "" {
				t.Errorf("%s: %q has no sign", l, name)
			}
			if n := len(strings.Fields(name)); n > maxUnit {
				t.Errorf("%s: %q has %d words", l, name, n)
			}
		}
	}
}

// FuzzSpoken checks in all languages that for any utterances the edits fit the
// delivered text, add up to Text and are valid UTF-8.
func FuzzSpoken(f *testing.F) {
	f.Add("He said, quote, twenty five percent, unquote, period", "the period of time", uint8(0))
	f.Add("eins Komma zwei Komma drei", "Punkt acht Uhr dreißig Zitat Ende", uint8(1))
	f.Add("tres euros con cincuenta dos puntos", "treinta y", uint8(2))
	f.Add("d'un point d'accord", "quatre-vingt-dix-neuf mille", uint8(3))
	f.Add("at eight thirty 20. percent 3,5 million", "twenty first second million dollars", uint8(0))
	f.Fuzz(func(t *testing.T, a, b string, language uint8) {
		code := Languages()[int(language)%len(Languages())]
		d, w := made(t, Options{Commands: code, Numbers: code, Capitalise: language&4 != 0}), window{}
		for _, utterance := range []string{a, b, a} {
			e := d.AddText(utterance)
			w.deliver(t, e)
			if !utf8.ValidString(e.Insert) {
				t.Fatalf("%q: inserted %q", utterance, e.Insert)
			}
			if string(w.text) != d.Text() {
				t.Fatalf("the edits add up to %q, Text is %q", string(w.text), d.Text())
			}
		}
	})
}
