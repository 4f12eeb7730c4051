package align_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/engine/align"
)

// speak generates a sound from stretches: a positive number is that many seconds of tone, a
// negative one of silence. Successive tones have different pitches, as words sound different.
func speak(stretches ...float64) []int16 {
	var out []int16
	for i, seconds := range stretches {
		pitch := 200 + 350*float64(i%5)
		for k := range int(math.Abs(seconds)*align.Rate + 0.5) {
			v := 0.0
			if seconds > 0 {
				v = 8000 * math.Sin(2*math.Pi*pitch*float64(k)/align.Rate)
			}
			out = append(out, int16(v))
		}
	}
	return out
}

func sentence(start, end float64, text string) align.Sentence {
	return align.Sentence{Span: align.Span{Start: start, End: end}, Words: strings.Fields(text)}
}

func TestWords(t *testing.T) {
	for name, tt := range map[string]struct {
		samples   []int16
		speech    []align.Span
		sentences []align.Sentence
		want      []align.Span
	}{
		"nothing":  {},
		"no words": {speak(1), nil, []align.Sentence{sentence(0, 1, "")}, nil},
		"one word has all of the speech": {
			speak(-0.3, 0.4, -0.3), []align.Span{{0.3, 0.7}}, []align.Sentence{sentence(0, 1, "yes")},
			[]align.Span{{0.3, 0.7}},
		},
		"a word begins where the sound changes": {
			speak(-0.25, 0.23, 0.5, -0.25), []align.Span{{0.25, 0.98}}, []align.Sentence{sentence(0.2, 1, "it sounds")},
			[]align.Span{{0.25, 0.48}, {0.48, 0.98}},
		},
		"no word crosses a pause": {
			speak(-0.2, 0.6, -0.3, 0.4, -0.2), []align.Span{{0.2, 1.5}}, []align.Sentence{sentence(0.2, 1.5, "wonderful yes")},
			[]align.Span{{0.2, 0.8}, {1.1, 1.5}},
		},
		"a sentence begins after the pause": {
			speak(-0.2, 0.7, -0.3, 0.6, -0.2), []align.Span{{0.2, 1.8}}, []align.Sentence{sentence(0.2, 1.8, "radio. So yes")},
			[]align.Span{{0.2, 0.9}, {1.2, 1.43}, {1.43, 1.8}},
		},
		"no word leaves the detected speech": {
			speak(1, 1, 1), []align.Span{{0.5, 1}, {2, 2.4}}, []align.Sentence{sentence(0, 3, "tomorrow yes")},
			[]align.Span{{0.5, 1}, {2, 2.4}},
		},
		"a sentence stays in its time": {
			speak(-0.5, 0.5, -2, 0.5, -0.5), nil, []align.Sentence{sentence(0.5, 1, "first"), sentence(3, 3.5, "second")},
			[]align.Span{{0.5, 1}, {3, 3.5}},
		},
		"too many words for the time": {
			speak(0.05), nil, []align.Sentence{sentence(0, 0.05, "a a a a a")},
			[]align.Span{{0, 0.01}, {0.01, 0.02}, {0.02, 0.03}, {0.03, 0.04}, {0.04, 0.05}},
		},
		"no speech": {
			nil, nil, []align.Sentence{sentence(1, 2, "a a")},
			[]align.Span{{1, 1.5}, {1.5, 2}},
		},
	} {
		got := align.Words(tt.samples, tt.speech, tt.sentences)
		near := func(a, b align.Span) bool { return math.Abs(a.Start-b.Start) < 0.011 && math.Abs(a.End-b.End) < 0.011 }
		if !slices.EqualFunc(got, tt.want, near) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// TestTiled: whatever the sound, the sentences and their times, the words are in order, last at
// least 30 ms and lie within the speech.
func TestTiled(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 15 {
		var stretches []float64
		for range 8 {
			stretches = append(stretches, 0.3+random.Float64(), -random.Float64())
		}
		samples := speak(stretches...)
		length := float64(len(samples)) / align.Rate
		speech := []align.Span{{0.1, length * 0.4}, {length*0.4 + 0.3, length - 0.1}}
		var sentences []align.Sentence
		words := 0
		for i := range 4 {
			at := length*float64(i)/4 + random.Float64() - 0.5
			n := 1 + random.IntN(8)
			words += n
			sentences = append(sentences, sentence(max(at, 0), max(at, 0)+length/4*random.Float64(),
				strings.Repeat(strings.Repeat("x", 1+random.IntN(9))+" ", n)))
		}
		got := align.Words(samples, speech, sentences)
		if len(got) != words {
			t.Fatalf("%d spans for %d words", len(got), words)
		}
		last := 0.0
		for _, span := range got {
			inside := slices.ContainsFunc(speech, func(s align.Span) bool { return span.Start >= s.Start-1e-6 && span.End <= s.End+1e-6 })
			if span.Start < last || span.End-span.Start < 0.03-1e-9 || !inside {
				t.Fatalf("%v after %v; speech %v", span, last, speech)
			}
			last = span.End
		}
	}
}

// TestLong: hours of undivided sound do not cost the memory or time of every position for every
// word.
func TestLong(t *testing.T) {
	second := speak(0.4, 0.4, -0.2)
	var samples []int16
	var sentences []align.Sentence
	for i := range 200 {
		samples = append(samples, second...)
		sentences = append(sentences, sentence(float64(i), float64(i)+0.8, "some words"))
	}
	got := align.Words(samples, nil, sentences)
	for i, span := range got {
		if want := float64(i/2) + 0.4*float64(i%2); math.Abs(span.Start-want) > 0.1 {
			t.Fatalf("word %d begins at %v, want %v", i, span.Start, want)
		}
	}
}
