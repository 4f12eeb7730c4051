package dictation

import (
	"strings"
	"testing"
)

// TestLongestPhrase: the longest of the phrases that match counts, whichever way spaces and
// hyphens are written.
func TestLongestPhrase(t *testing.T) {
	d := made(t, Options{ReplaceFile: replaceFile(t, `[replace]
"a" = "1"
"a b" = "2"
"a b c" = "3"
"a-b c" = "4"
"a-b-c d" = "5"
[words]
list = ["A b E"]
`)})
	for text, want := range map[string]string{
		"a": "1", "a b": "2", "a-b": "2", "a b c": "3", "a \t b-c": "3", "a-b c": "3", "a-b-c d": "5",
		"a b e": "A b E", "a-b-e": "2-e", "a bc": "1 bc", "xa b": "xa b", "A B": "2",
	} {
		if got := strings.TrimSpace(d.AddText(text).Insert); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		d.Reset()
	}
}

// TestTooLong: phrases and texts that nobody would say or type in one go are refused.
func TestTooLong(t *testing.T) {
	long := strings.Repeat("a ", 50_000) + "b"
	for _, table := range []string{
		"[replace]\n\"" + long + "\" = \"x\"\n",
		"[replace]\n\"x\" = \"" + long + "\"\n",
		"[words]\nlist = [\"" + long + "\"]\n",
		"[replace]\n\"x\" = \"" + strings.Repeat("a ", maxInsert/2) + "b\"\n",
	} {
		_, err := New(Options{ReplaceFile: replaceFile(t, table)})
		if err == nil || !strings.Contains(err.Error(), "shorten it") || len(err.Error()) > 1000 {
			t.Errorf("%.40q: %.300v", table, err)
		}
	}
	for _, table := range []string{
		"scratch = [\"" + long + "\"]\n", "[close]\n\"" + long + "\" = \".\"\n", "[word-after]\n\"a\" = [\"" + long + "\"]\n",
	} {
		if _, err := New(Options{CommandFile: replaceFile(t, table)}); err == nil || !strings.Contains(err.Error(), "shorten it") {
			t.Errorf("%.40q: %.300v", table, err)
		}
	}
	for what, table := range map[string]string{
		"a file of 24 MB": strings.Repeat("# a comment\n", 2<<20), "200,000 phrases": "[replace]\n" + strings.Repeat("a=\"\"\n", 200_000),
		"many phrases": "[replace]\n" + strings.Repeat("a=\"\"\n", maxLines+1),
	} {
		if _, err := New(Options{ReplaceFile: replaceFile(t, table)}); err == nil || !strings.Contains(err.Error(), "too ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	most := strings.Repeat("a ", maxPhrase/2-1) + "b"
	if _, err := New(Options{ReplaceFile: replaceFile(t, "[replace]\n\""+most+"\" = \"x\"\n")}); err != nil {
		t.Error(err)
	}
}
