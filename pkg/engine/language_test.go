package engine

import (
	"slices"
	"testing"

	"voiceflow/pkg/whisper"
)

// hears returns results with the given language probabilities.
func hears(languages map[string]float64) func(call) *whisper.Result {
	return func(c call) *whisper.Result {
		r := sure("words")
		r.Language, r.Languages, r.Duration = c.params.Language, languages, 3
		return r
	}
}

func languagesTried(b *bench) (tried []string) {
	for _, c := range b.calls {
		tried = append(tried, c.params.Language)
	}
	return tried
}

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		name      string
		languages []string
		heard     map[string]float64
		before    Spoken
		tried     []string // the languages of the passes
	}{
		{"as expected", []string{"auto"}, map[string]float64{"en": 0.9, "es": 0.1}, nil, []string{"en"}},
		{"another language", []string{"auto"}, map[string]float64{"en": 0.1, "es": 0.9}, nil, []string{"en", "es"}},
		{"restricted to a list", []string{"en", "es"}, map[string]float64{"en": 0.2, "es": 0.1, "pt": 0.7}, nil, []string{"en"}},
		{"unclear: same as before", []string{"auto"}, map[string]float64{"en": 0.6, "es": 0.3}, Spoken{"es": 5}, []string{"es"}},
		{"a clear change", []string{"auto"}, map[string]float64{"en": 0.96, "es": 0.02}, Spoken{"es": 5}, []string{"es", "en"}},
		{"an English-only model", []string{"auto"}, nil, nil, []string{"en"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{results: hears(tt.heard)}
			e := openFake(t, b, Config{Decoding: Decoding{Languages: tt.languages}})
			r, err := e.Decode(t.Context(), Sound{Samples: make([]float32, 3*second)}, tt.before)
			if err != nil {
				t.Fatal(err)
			}
			tried := languagesTried(b)
			if !slices.Equal(tried, tt.tried) || r.Language != tt.tried[len(tt.tried)-1] || r.Retries != 0 {
				t.Errorf("tried %q, took %q, %d retries", tried, r.Language, r.Retries)
			}
		})
	}
}

// TestLanguageLong: for audio longer than one window the library detects the language, but a
// list of languages still restricts it.
func TestLanguageLong(t *testing.T) {
	for _, tt := range []struct {
		found string // by the library
		tried []string
	}{
		{"es", []string{"auto"}},
		{"pt", []string{"auto", "en"}},
	} {
		b := &bench{results: func(c call) *whisper.Result {
			r := sure("words")
			if r.Language = c.params.Language; r.Language == whisper.LanguageAuto {
				r.Language = tt.found
			}
			return r
		}}
		e := openFake(t, b, Config{Decoding: Decoding{Languages: []string{"en", "es"}}})
		if _, err := e.Decode(t.Context(), Sound{Samples: make([]float32, 40*second)}, nil); err != nil {
			t.Fatal(err)
		}
		tried := languagesTried(b)
		if !slices.Equal(tried, tt.tried) {
			t.Errorf("the library found %q: tried %q", tt.found, tried)
		}
	}
}

// TestLanguageExpected: the language of the last result is tried first, so that recordings in
// the same language are each decoded only once.
func TestLanguageExpected(t *testing.T) {
	b := &bench{results: hears(map[string]float64{"en": 0.1, "es": 0.9})}
	e := openFake(t, b, Config{Decoding: Decoding{Languages: []string{whisper.LanguageAuto}}})
	for range 3 {
		if _, err := e.Decode(t.Context(), Sound{Samples: make([]float32, 3*second)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.calls) != 4 {
		t.Errorf("%d passes for three recordings", len(b.calls))
	}
}

func TestSpoken(t *testing.T) {
	spoken := func(language string, seconds float64) *Result {
		r := sure("words")
		r.Language, r.Duration = language, seconds
		return &Result{Result: r}
	}
	s := Spoken(nil).And(spoken("en", 10)).And(nil).And(&Result{Result: &whisper.Result{Language: "de", Duration: 9}})
	if s.share("en") != 1 || s.share("de") != 0 {
		t.Errorf("after English and silence: %v", s)
	}
	for range 4 {
		s = s.And(spoken("es", 4))
	}
	if s.share("es") < 0.6 {
		t.Errorf("after four results in Spanish: %v", s)
	}
}

func TestSoundNote(t *testing.T) {
	for text, want := range map[string]bool{
		" [Music]":             true,
		"(bell dings)":         true,
		" *sighs* ":            true,
		"♪ ♪":                  true,
		"[Music] [Applause].":  true,
		"（音楽）":                 true,
		" (laughs) Well, yes.": false,
		"♪ la la la ♪":         false,
		"Music":                false,
		"":                     false,
		"...":                  false,
		"2 * 3 * 4":            false,
	} {
		if got := soundNote.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
