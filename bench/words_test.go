package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"voiceflow/bench/corpus"
	"voiceflow/internal/health/wer"
	"voiceflow/pkg/event"
)

func at(text string, start float64) []timedWord {
	var out []timedWord
	for i, w := range strings.Fields(text) {
		out = append(out, timedWord{w, start + float64(i)})
	}
	return out
}

func TestAlign(t *testing.T) {
	for _, tt := range []struct{ a, b, common string }{
		{"", "", ""},
		{"one two", "", ""},
		{"one two three", "one two three", "one two three"},
		{"one two three four", "one three four", "one three four"},
		{"one three", "zero one two three", "one three"},
		{"a b c d", "a x c d", "a c d"},
	} {
		var common []string
		last := match{a: timedWord{at: -1}, b: timedWord{at: -1}}
		for _, m := range align(at(tt.a, 0), at(tt.b, 100)) {
			if m.a.word != m.b.word || m.a.at <= last.a.at || m.b.at <= last.b.at {
				t.Errorf("%q and %q: %v after %v", tt.a, tt.b, m, last)
			}
			common, last = append(common, m.a.word), m
		}
		if got := strings.Join(common, " "); got != tt.common {
			t.Errorf("%q and %q: %q", tt.a, tt.b, got)
		}
	}
}

func TestLongRuns(t *testing.T) {
	a, b := at("a b c x d e f g y h i", 0), at("a b c d e f g z h i", 0)
	var words []string
	for _, m := range longRuns(align(a, b), 3) {
		words = append(words, m.a.word)
	}
	if got := strings.Join(words, " "); got != "a b c d e f g" {
		t.Errorf("%q", got)
	}
	if got := longRuns(nil, 3); got != nil {
		t.Errorf("%v", got)
	}
}

// TestAlignMatchesErrors: the words in common are those that are not counted as errors.
func TestAlignMatchesErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	text := func() string {
		words := make([]string, rng.IntN(12))
		for i := range words {
			words[i] = string(rune('a' + rng.IntN(4)))
		}
		return strings.Join(words, " ")
	}
	for range 2000 {
		a, b := text(), text()
		r := wer.Compare(a, b)
		common := len(align(at(a, 0), at(b, 0)))
		// Paths of equal cost may divide it differently, but their length and total
		// cost tie the words in common to the substitutions.
		substituted := r.Words - r.Deletions - common
		if substituted < 0 && mistakes(r) == 0 || mistakes(r) < max(len(strings.Fields(a)), len(strings.Fields(b)))-common {
			t.Fatalf("%q and %q: %d in common, %+v", a, b, common, r)
		}
	}
}

func TestSpots(t *testing.T) {
	all := []*event.Transcript{
		{Segments: []event.Segment{{Words: []event.Word{{Word: " Forty-two,", Start: 1}, {Word: "is", Start: 2}}}, {Text: "no words"}}},
		{Segments: []event.Segment{{Words: []event.Word{{Word: "...", Start: 3}, {Word: "it", Start: 4}}}}},
	}
	got := timedWords(all)
	want := []timedWord{{"forty", 1}, {"two", 1}, {"is", 2}, {"it", 4}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}

func TestBeginnings(t *testing.T) {
	got := beginnings([]corpus.Spoken{{Start: 1.5, Text: "one two"}, {Start: 9, Text: "three"}})
	if len(got) != 3 || got[0].at != 1.5 || !math.IsNaN(got[1].at) || got[2] != (timedWord{"three", 9}) {
		t.Errorf("%v", got)
	}
}

func TestCompareTimes(t *testing.T) {
	var common []match
	for i := range 100 {
		// The difference grows from 0 to 0.5 s.
		b := float64(i)
		common = append(common, match{a: timedWord{"w", b + b/200}, b: timedWord{"w", b}})
	}
	common = append(common, match{a: timedWord{"w", math.NaN()}, b: timedWord{"w", 3}}, match{a: timedWord{"w", 3}, b: timedWord{"w", math.NaN()}})
	d := compareTimes(common, 10, 90)
	if d.words != 100 || math.Abs(d.median-0.2475) > 1e-9 || d.median != d.distance {
		t.Errorf("%+v", d)
	}
	if math.Abs(d.near-0.21) > 1e-9 || d.most < 0.45 || d.most > 0.5 || d.first > 0.03 || d.last < 0.45 {
		t.Errorf("%+v", d)
	}
	if d := compareTimes(nil, 1, 2); d.words != 0 || d.near != 0 {
		t.Errorf("without words: %+v", d)
	}
}

func TestCompareSentences(t *testing.T) {
	sentences := []corpus.Sentence{{File: "a", Text: "one two"}, {File: "b", Text: "three"}, {File: "c", Text: "four five"}}
	transcript := func(file, text string, retries int) *event.Transcript {
		return &event.Transcript{File: file, Text: text, Retries: retries}
	}
	fitted, err := compareSentences(sentences, []*event.Transcript{
		transcript("b", "three", 0), transcript("a", "one too", 2), transcript("c", "four five", 0)}, usage{})
	if err != nil || fitted.retried != 1 || fitted.all.Words != 5 || mistakes(fitted.all) != 1 {
		t.Fatalf("%+v, %v", fitted, err)
	}
	full, err := compareSentences(sentences, []*event.Transcript{
		transcript("a", "one two", 0), transcript("b", "free", 0), transcript("c", "for five six", 0)}, usage{})
	if err != nil {
		t.Fatal(err)
	}
	if more, fewer := fitted.compareTo(full); more != 1 || fewer != 2 {
		t.Errorf("%d with more, %d with fewer", more, fewer)
	}
	if _, err := compareSentences(sentences, nil, usage{}); err == nil {
		t.Error("no error for a missing transcript")
	}
}
