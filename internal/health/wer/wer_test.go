package wer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/health/wer"
)

func TestWords(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{" \t\n ... — ?!", nil},
		{"Hello, World!", []string{"hello", "world"}},
		{"Don't 'quote' the dogs' rock’n’roll 'til", []string{"don't", "quote", "the", "dogs", "rock'n'roll", "til"}},
		{"well-known end—begin a,b", []string{"well", "known", "end", "begin", "a", "b"}},
		{"GRÖSSE ΑΒΓ ЖЩ", []string{"grösse", "αβγ", "жщ"}},
		{"Room 101, 20 %", []string{"room", "101", "20"}},
		{"cafe\u0301 नमस्ते", []string{"cafe\u0301", "नमस्ते"}},
		{"love❤️it 😀 1\ufe0f\u20e3", []string{"love", "it", "1\ufe0f\u20e3"}},
		{"it''s '' '", []string{"it", "s"}},
	}
	for _, test := range tests {
		if got := wer.Words(test.text); !slices.Equal(got, test.want) {
			t.Errorf("Words(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestCompare(t *testing.T) {
	tests := []struct {
		reference, hypothesis string
		want                  wer.Result
		rate                  float64
	}{
		{"", "", wer.Result{}, 0},
		{"", "two words", wer.Result{Insertions: 2}, 1},
		{"two words", "", wer.Result{Words: 2, Deletions: 2}, 1},
		{"The cat sat.", "the CAT, sat", wer.Result{Words: 3}, 0},
		{"the cat sat", "the bat sat", wer.Result{Words: 3, Substitutions: 1}, 1.0 / 3},
		{"the cat sat", "the sat", wer.Result{Words: 3, Deletions: 1}, 1.0 / 3},
		{"the cat sat", "the big cat sat", wer.Result{Words: 3, Insertions: 1}, 1.0 / 3},
		{"a b c d", "b c d e", wer.Result{Words: 4, Insertions: 1, Deletions: 1}, 0.5},
		{"a b c d", "a x c e e", wer.Result{Words: 4, Substitutions: 2, Insertions: 1}, 0.75},
		{"a", "b c d", wer.Result{Words: 1, Substitutions: 1, Insertions: 2}, 3},
	}
	for _, test := range tests {
		got := wer.Compare(test.reference, test.hypothesis)
		if got != test.want || got.Rate() != test.rate {
			t.Errorf("Compare(%q, %q) = %+v with rate %v, want %+v with rate %v",
				test.reference, test.hypothesis, got, got.Rate(), test.want, test.rate)
		}
	}
}

func TestAdd(t *testing.T) {
	a := wer.Result{Words: 1, Substitutions: 2, Insertions: 3, Deletions: 4}
	b := wer.Result{Words: 10, Substitutions: 20, Insertions: 30, Deletions: 40}
	if got, want := a.Add(b), (wer.Result{Words: 11, Substitutions: 22, Insertions: 33, Deletions: 44}); got != want {
		t.Errorf("sum is %+v, want %+v", got, want)
	}
}

// distance is the textbook recursion, slow but simple.
func distance(a, b []string) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	case a[0] == b[0]:
		return distance(a[1:], b[1:])
	}
	return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))
}

func FuzzCompare(f *testing.F) {
	f.Add("a b c d", "b c d e")
	f.Add("Don't stop", "dont stop")
	f.Fuzz(func(t *testing.T, reference, hypothesis string) {
		ref, hyp := wer.Words(reference), wer.Words(hypothesis)
		if again := wer.Words(strings.Join(ref, " ")); !slices.Equal(ref, again) {
			t.Errorf("Words(%q) = %q, but splitting those again gives %q", reference, ref, again)
		}
		if len(ref) > 6 || len(hyp) > 6 {
			t.Skip("too long for the simple recursion")
		}
		got := wer.Compare(reference, hypothesis)
		if sum := got.Substitutions + got.Insertions + got.Deletions; sum != distance(ref, hyp) {
			t.Errorf("Compare(%q, %q) = %+v, want %d errors", reference, hypothesis, got, distance(ref, hyp))
		}
		if len(ref)-got.Deletions+got.Insertions != len(hyp) {
			t.Errorf("Compare(%q, %q) = %+v does not turn %d words into %d", reference, hypothesis, got, len(ref), len(hyp))
		}
	})
}

func ExampleCompare() {
	r := wer.Compare("Ask not what your country can do for you.", "ask what you're country can do for you")
	fmt.Printf("%+v\n", r)
	fmt.Printf("%.1f %%\n", 100*r.Rate())
	// Output:
	// {Words:9 Substitutions:1 Insertions:0 Deletions:1}
	// 22.2 %
}
