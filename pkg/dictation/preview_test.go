package dictation

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPreview(t *testing.T) {
	for _, tt := range []struct{ before, beginning, want string }{
		{"", "my brother", "my brother"},
		{"one", "my brother", " my brother"},
		{"one", "full", ""},
		{"one", "a full", " a"},
		{"one", "a full moon", " a full moon"},
		{"one", "a full stop", " a"},
		{"one", "a full stop then", " a"},
		{"one", "a full stop then we", " a"},
		{"one", "a full stop then we go", " a full stop then we go"},
		{"one", "it ended full stop then we", " it ended"},
		{"one", "it ended full stop then we go", " it ended. then we go"},
		{"one", "the period of", " the"},
		{"one", "the period of time was", " the period of time was"},
		{"one", "quote this and that and more", ""}, // "unquote" may come
		{"one", "it took twenty", " it took"},
		{"one", "it took twenty five", " it took"},
		{"one", "it took twenty five minutes to get", " it took 25 minutes to get"},
		{"one", "a new", " a"},
		{"one", "a new car", " a new car"},
		{"one", "voice", ""},
		{"one", "voice flow", ""},
		{"one", "voice flow is", " VoiceFlow is"},
		{"one", "kuber", ""},
		{"one", "kubernetes", ""},
		{"one", "kubernetes is", " Kubernetes is"},
		{"one", "scratch that and more", ""}, // deletes "one"
		{"one", "two scratch that then we go", " then we go"},
		{"one", "a\x1b[31mb\x07", " ab"},
		{"one", "", ""},
	} {
		d := previewed(t)
		d.AddText(tt.before)
		text := d.Text()
		if got := d.Preview(tt.beginning); got != tt.want || d.Text() != text {
			t.Errorf("after %q: Preview(%q) = %q, want %q; the text is %q", tt.before, tt.beginning, got, tt.want, d.Text())
		}
	}
}

func previewed(t *testing.T) *Dictation {
	t.Helper()
	d, err := New(Options{Commands: "en", Numbers: "en", ReplaceFile: replaceFile(t,
		"[replace]\n\"voice flow\" = \"VoiceFlow\"\n[words]\nlist = [\"Kubernetes\"]\n"),
		Clean: func(s string) string { return strings.NewReplacer("\x1b[31m", "", "\x07", "").Replace(s) }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPreviewHolds: text that was shown while an utterance grows word by word hardly ever
// has to be taken back, and never because a phrase was taken for words.
func TestPreviewHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	vocabulary := strings.Fields("my brother will call you full moon stop new line car paragraph comma voice flow kubernetes open bracket and")
	shown, taken, d := 0, 0, previewed(t)
	for range 500 {
		d.Reset()
		d.AddText("it began")
		var said []string
		for range 3 + r.IntN(12) {
			said = append(said, vocabulary[r.IntN(len(vocabulary))])
		}
		typed := ""
		for n := range said {
			next := d.Preview(strings.Join(said[:n], " "))
			same := CommonPrefix(typed, next)
			taken += utf8.RuneCountInString(typed[same:])
			shown += utf8.RuneCountInString(next[same:])
			typed = next
		}
		before := d.Text()
		d.AddText(strings.Join(said, " "))
		after := strings.TrimPrefix(d.Text(), before)
		taken += utf8.RuneCountInString(typed[CommonPrefix(typed, after):])
	}
	if shown < 10_000 || taken*100 > shown {
		t.Errorf("%d of %d characters were taken back, want at most 1 %%", taken, shown)
	}
	t.Logf("%d of %d characters were taken back", taken, shown)
}
