package dictation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
