package engine

import (
	"slices"
	"testing"

	"voiceflow/pkg/whisper"
)

// pass is the settings of one decoding.
type pass struct {
	window      int
	temperature float64
}

func made(b *bench) (all []pass) {
	for _, c := range b.calls {
		all = append(all, pass{c.params.AudioContext, c.params.Temperature})
	}
	return all
}

// TestLadder: a doubtful result of a fitted window is decoded once more with a larger one, a
// failure there at higher temperatures, and the best result is taken.
func TestLadder(t *testing.T) {
	larger := func(c call) bool { return c.params.AudioContext != 256 && c.params.AudioContext != 768 }
	overrun := sure("good words")
	overrun.Overrun = 2
	for _, tt := range []struct {
		name    string
		config  Config
		seconds int
		results func(call) *whisper.Result
		passes  []pass
		text    string
	}{
		{"sure", Config{Decoding: Decoding{Context: Fitted}}, 3,
			func(call) *whisper.Result { return sure("good words") },
			[]pass{{256, 0}}, "good words"},
		{"unsure, then sure", Config{Decoding: Decoding{Context: Fitted}}, 3,
			func(c call) *whisper.Result {
				if larger(c) {
					return sure("good words")
				}
				return result("bad words", -1.2, 1)
			},
			[]pass{{256, 0}, {512, 0}}, "good words"},
		{"a loop", Config{Decoding: Decoding{Context: Fitted}}, 10,
			func(c call) *whisper.Result {
				if larger(c) {
					return sure("good words")
				}
				return sure("so so so so so so")
			},
			[]pass{{768, 0}, {1280, 0}}, "good words"},
		{"past the end of the audio", Config{Decoding: Decoding{Context: Fitted}}, 3,
			func(c call) *whisper.Result {
				if larger(c) {
					return sure("good words")
				}
				return overrun
			},
			[]pass{{256, 0}, {512, 0}}, "good words"},
		{"no text, then some text", Config{Decoding: Decoding{Context: Fitted, TemperatureInc: 0.5}}, 3,
			func(c call) *whisper.Result {
				if c.params.Temperature > 0 {
					return sure("good words")
				}
				return &whisper.Result{}
			},
			[]pass{{256, 0}, {512, 0}, {512, 0.5}}, "good words"},
		{"no text and no speech", Config{Decoding: Decoding{Context: Fitted, TemperatureInc: 0.5}}, 3,
			func(call) *whisper.Result { return &whisper.Result{NoSpeechProb: 0.9} },
			[]pass{{256, 0}}, ""},
		{"unlikely, but a single word", Config{Decoding: Decoding{Context: Fitted, TemperatureInc: 0.5}}, 3,
			func(call) *whisper.Result {
				r := result("caret", -1.2, 1)
				r.Segments[0].Tokens = 2
				return r
			},
			[]pass{{256, 0}}, "caret"},
		{"a note on a sound", Config{}, 3,
			func(call) *whisper.Result { return sure(" [Music]") },
			[]pass{{0, 0}}, ""},
		{"a wanted note", Config{Decoding: Decoding{SoundNotes: true}}, 3,
			func(call) *whisper.Result { return sure(" [Music]") },
			[]pass{{0, 0}}, "[Music]"},
		{"no temperatures", Config{Decoding: Decoding{Context: Fitted}}, 3,
			func(call) *whisper.Result { return result("bad words", -1.2, 1) },
			[]pass{{256, 0}, {512, 0}}, "bad words"},
		{"temperatures", Config{Decoding: Decoding{Context: Fitted, TemperatureInc: 0.4}}, 3,
			func(c call) *whisper.Result {
				if c.params.Temperature > 0.5 {
					return sure("good words")
				}
				return result("bad words", -1.2, 1)
			},
			[]pass{{256, 0}, {512, 0}, {512, 0.4}, {512, 0.8}}, "good words"},
		{"the best of the failures", Config{Decoding: Decoding{TemperatureInc: 0.5}}, 3,
			func(c call) *whisper.Result {
				switch c.params.Temperature {
				case 0:
					return result("a loop", -0.1, 9)
				case 0.5:
					return result("fair words", -1.1, 1)
				}
				return result("wild words", -3, 1)
			},
			[]pass{{0, 0}, {0, 0.5}, {0, 1}}, "fair words"},
		{"silence is not a failure", Config{Decoding: Decoding{TemperatureInc: 0.5}}, 3,
			func(call) *whisper.Result {
				r := result("unlikely", -2, 1)
				r.NoSpeechProb = 0.9
				return r
			},
			[]pass{{0, 0}}, ""},
		{"too long for a fitted window", Config{Decoding: Decoding{Context: Fitted}}, 29,
			func(call) *whisper.Result { return result("bad words", -1.2, 1) },
			[]pass{{0, 0}}, "bad words"},
		{"a number of frames", Config{Decoding: Decoding{Context: 512}}, 3,
			func(call) *whisper.Result { return result("bad words", -1.2, 1) },
			[]pass{{512, 0}}, "bad words"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{results: tt.results}
			r := decode(t, openFake(t, b, tt.config), tt.seconds*second)
			if !slices.Equal(made(b), tt.passes) || r.Text() != tt.text || r.Retries != len(tt.passes)-1 {
				t.Errorf("passes %v, text %q, %d retries", made(b), r.Text(), r.Retries)
			}
			if want := len(tt.passes); r.Processing.Milliseconds() != int64(want) {
				t.Errorf("processing took %v for %d passes", r.Processing, want)
			}
		})
	}
}

func TestFitContext(t *testing.T) {
	for samples, want := range map[int]int{
		0: 256, second: 256, 3 * second: 256, 4 * second: 512, 10 * second: 768, 14 * second: 768, 15 * second: 1024, 29 * second: 1536,
	} {
		if got := fitContext(samples, 256); got != want {
			t.Errorf("%d samples: got %d frames, want %d", samples, got, want)
		}
	}
	for samples, want := range map[int]int{0: 512, 8 * second: 512, 10 * second: 568, 26 * second: 1368} {
		if got := fitContext(samples, 8); got != want {
			t.Errorf("%d samples in small steps: got %d frames, want %d", samples, got, want)
		}
	}
}

func TestRepeats(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                false,
		"very very very good":             false,
		"no no no no":                     true,
		"No no NO no":                     true,
		"one two one two one two":         false,
		"one two one two one two one two": true,
		"a b c a b c a b c a b c d":       true,
		"a rose is a rose is a rose":      false,
	} {
		if got := repeats(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, want := range []Profile{
		{"speed", "base.en", 1, 0, 10, Fitted},
		{"balanced", "large-v3-turbo", 1, 0, 5, Fitted},
		{"accuracy", "large-v3-turbo", 5, 0.2, 3, 0},
	} {
		if got, err := FindProfile(want.Name); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if _, err := FindProfile("best"); err == nil {
		t.Error("no error for an unknown profile")
	}
}
