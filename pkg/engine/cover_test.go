package engine

import (
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// spoken returns a result with one segment for each text.
func spoken(texts ...timed) *whisper.Result {
	r := &whisper.Result{}
	for _, t := range texts {
		r.Segments = append(r.Segments, whisper.Segment{
			Start: t.start, End: t.end, Text: t.text, Tokens: 20, AvgLogprob: -0.1, CompressionRatio: 1,
		})
		r.Duration = t.end
	}
	return r
}

type timed struct {
	start, end float64
	text       string
}

func decodeSound(t *testing.T, b *bench, config Config, seconds int, voice ...align.Span) *Result {
	t.Helper()
	e := openFake(t, b, config)
	r, err := e.Decode(t.Context(), Sound{Samples: make([]float32, seconds*second), Voice: voice}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCover: voice without words is decoded as a window of its own; whatever still has no words
// is reported, and no text appears twice.
func TestCover(t *testing.T) {
	first := []timed{{0, 9, " One two three and so on and on."}}
	for _, tt := range []struct {
		name      string
		first     []timed
		rest      *whisper.Result // of any part decoded afterwards
		voice     []align.Span
		text      string
		retries   int
		uncovered []align.Span
	}{
		{"covered", first, nil, []align.Span{{Start: 0, End: 9.5}}, "One two three and so on and on.", 0, nil},
		{"ends early", first, spoken(timed{0, 10, " Four five six seven eight."}), []align.Span{{Start: 0, End: 19}}, "One two three and so on and on. Four five six seven eight.", 1, nil},
		{"no detector", first, spoken(timed{0, 10, " Four five."}), nil, "One two three and so on and on.", 0, nil},
		{"only pauses", first, nil, []align.Span{{Start: 0, End: 9.5}, {Start: 15, End: 15.4}}, "One two three and so on and on.", 0, nil},
		{"overlapping", first, spoken(timed{0, 1, " and on."}, timed{1, 10, " Four five six seven eight."}), []align.Span{{Start: 0, End: 19}}, "One two three and so on and on. Four five six seven eight.", 1, nil},
		{"in the middle", []timed{{0, 2, " One."}, {8, 10, " Four."}}, spoken(timed{0, 5, " Two three and so on."}, timed{5, 6, " Four"}), []align.Span{{Start: 0, End: 10}},
			"One. Two three and so on. Four.", 1, nil},
		{"at the start", []timed{{5, 7, " Three."}}, spoken(timed{0, 5, " One two so on."}), []align.Span{{Start: 1, End: 7}}, "One two so on. Three.", 1, nil},
		{"in steps", first, spoken(timed{0, 5, " Again and more."}), []align.Span{{Start: 0, End: 19}},
			"One two three and so on and on. Again and more. Again and more.", 2, nil},
		{"sparse", []timed{{0, 19, " Try again now."}}, spoken(timed{0, 9, " try again now. So you try."}), []align.Span{{Start: 0, End: 11}},
			"Try again now. try again now. So you try.", 1, nil},
		{"doubtful", first, result(" unlikely words", -2, 1), []align.Span{{Start: 0, End: 19}}, "One two three and so on and on.", 1,
			[]align.Span{{Start: 9, End: 19}}},
		{"too fast to be spoken", first, spoken(timed{0, 1, " alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike"}), []align.Span{{Start: 0, End: 19}},
			"One two three and so on and on.", 1, []align.Span{{Start: 9, End: 19}}},
		{"no words", first, &whisper.Result{}, []align.Span{{Start: 0, End: 12}, {Start: 14, End: 19}}, "One two three and so on and on.", 1,
			[]align.Span{{Start: 9, End: 19}}},
		{"nothing at all", nil, nil, []align.Span{{Start: 0, End: 19}}, "", 0, []align.Span{{Start: 0, End: 19}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{results: func(c call) *whisper.Result {
				if c.samples == 20*second {
					r := spoken(tt.first...)
					r.Duration = 20
					return r
				}
				r := *tt.rest
				r.Segments = slices.Clone(r.Segments)
				r.Duration = float64(c.samples) / second
				return &r
			}}
			if tt.name == "in steps" {
				once := b.results
				b.results = func(c call) *whisper.Result {
					r := once(c)
					if c.samples < 9*second && len(r.Segments) > 0 {
						r.Segments[0].Text = " Sixth word here."
					}
					return r
				}
				tt.text = "One two three and so on and on. Again and more. Sixth word here."
			}
			r := decodeSound(t, b, Config{}, 20, tt.voice...)
			if r.Text() != tt.text || r.Retries != tt.retries || !slices.Equal(r.Uncovered, tt.uncovered) {
				t.Errorf("%q, %d retries, uncovered %v\n%+v", r.Text(), r.Retries, r.Uncovered, r.Segments)
			}
			for i := 1; i < len(r.Segments); i++ {
				if r.Segments[i].Start < r.Segments[i-1].Start {
					t.Errorf("segments out of order: %+v", r.Segments)
				}
			}
		})
	}
}

// TestLoops: a loop is cut after its first phrase, and the rest is decoded again. Repetition
// that two passes hear, and that fits the time, is kept.
func TestLoops(t *testing.T) {
	loop := strings.Repeat(" so it goes", 40)
	for _, tt := range []struct {
		name    string
		first   []timed
		rest    string
		text    string
		retries int
		voice   []align.Span
	}{
		{"a loop", []timed{{0, 4, " Good words."}, {4, 20, loop}}, " the rest of it", "Good words. so it goes the rest of it", 1, nil},
		{"within a segment", []timed{{0, 20, " Good words" + loop}}, " the rest of it", "Good words so it goes the rest of it", 1, nil},
		{"really repeated", []timed{{0, 4, " Good words."}, {4, 20, strings.Repeat(" please hold on", 10)}},
			strings.Repeat(" please hold on", 9), "Good words." + strings.Repeat(" please hold on", 10), 1, nil},
		{"too fast to be spoken", []timed{{0, 4, " Good words."}, {4, 20, strings.Repeat(loop, 4)}},
			strings.Repeat(loop, 4), "Good words. so it goes", 1, nil},
		{"too slow to be spoken", []timed{{0, 4, " Good words."}, {4, 20, strings.Repeat(" Bye.", 4)}},
			strings.Repeat(" Bye.", 4), "Good words. Bye.", 1, []align.Span{{Start: 0, End: 20}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{results: func(c call) *whisper.Result {
				if c.samples == 20*second {
					r := spoken(tt.first...)
					return r
				}
				seconds := float64(c.samples) / second
				return spoken(timed{0, seconds, tt.rest})
			}}
			r := decodeSound(t, b, Config{Decoding: Decoding{TemperatureInc: 0.5}}, 20, tt.voice...)
			if r.Text() != tt.text {
				t.Errorf("%q after %v", r.Text(), made(b))
			}
			if b.calls[1].params.Temperature != 0.5 {
				t.Errorf("passes %v", made(b))
			}
		})
	}
	// Repetition heard in two windows of different lengths.
	b := &bench{results: func(c call) *whisper.Result {
		return spoken(timed{0, 10, strings.Repeat(" please hold on", 6)})
	}}
	r := decodeSound(t, b, Config{Decoding: Decoding{Context: Fitted, TemperatureInc: 0.2}}, 10)
	if r.Text() != strings.TrimSpace(strings.Repeat(" please hold on", 6)) || r.Retries != 1 {
		t.Errorf("%q after %v", r.Text(), made(b))
	}
}

// TestMadeUp: text that Whisper is known to invent is dropped if other signs agree, and never
// because of the words alone.
func TestMadeUp(t *testing.T) {
	for _, tt := range []struct {
		text, language    string
		logprob, noSpeech float64
		voice             float64 // seconds
		kept              bool
	}{
		{"Thank you.", "en", -0.2, 0.1, 1, true},
		{"Thank you.", "en", -0.2, 0.9, 1, true},
		{"Thank you.", "en", -0.7, 0.1, 1, true},
		{"Thank you.", "en", -0.7, 0.9, 1, false},
		{"Thank you.", "en", -0.2, 0.9, 8, false},
		{"Come on in.", "en", -0.7, 0.9, 1, true},
		{"Come on in.", "en", -0.7, 0.9, 8, false},
		{"Come on in.", "en", -1.2, 0.9, 1, false},
		{"Subtitles by the Amara.org community", "en", -0.2, 0.1, 2, true},
		{"Subtitles by the Amara.org community", "en", -0.2, 0.7, 2, false},
		{"Untertitel im Auftrag des ZDF, 2020", "de", -0.6, 0.1, 2, false},
		{"Sous-titres réalisés par la communauté d'Amara.org", "fr", -0.6, 0.1, 3, false},
		{"Продолжение следует...", "ru", -0.6, 0.7, 2, false},
		{"ご視聴ありがとうございました", "ja", -0.6, 0.7, 2, false},
		{"字幕由Amara.org社区提供", "zh", -0.2, 0.7, 2, false},
		{"Vielen Dank.", "de", -0.6, 0.7, 1, false},
		{"Vielen Dank.", "de", -0.3, 0.2, 1, true},
		{"[Music]", "en", -0.1, 0.1, 1, false},
		{"[BLANK_AUDIO]", "en", -0.1, 0.1, 1, false},
	} {
		b := &bench{results: func(c call) *whisper.Result {
			r := spoken(timed{0, float64(c.samples) / second, " " + tt.text})
			r.Segments[0].AvgLogprob, r.NoSpeechProb, r.Language = tt.logprob, tt.noSpeech, tt.language
			return r
		}}
		voice := align.Span{Start: 0, End: tt.voice}
		r := decodeSound(t, b, Config{}, int(tt.voice), voice)
		if kept := r.Text() != ""; kept != tt.kept || len(r.Dropped) == 1 == tt.kept || len(r.Uncovered) > 0 {
			t.Errorf("%+v: text %q, dropped %d, uncovered %v", tt, r.Text(), len(r.Dropped), r.Uncovered)
		}
		if r := decodeSound(t, b, Config{Decoding: Decoding{KeepAll: true}}, int(tt.voice), voice); !strings.HasPrefix(r.Text(), tt.text) {
			t.Errorf("%+v: with KeepAll, text %q", tt, r.Text())
		}
	}
}

// TestCoverEnds: a phrase that the model writes once per window, however long the window, is
// decoded a limited number of times.
func TestCoverEnds(t *testing.T) {
	b := &bench{results: func(c call) *whisper.Result {
		return spoken(timed{0, float64(c.samples) / second, " Please try again."})
	}}
	r := decodeSound(t, b, Config{}, 20, align.Span{Start: 0, End: 20})
	if n := strings.Count(r.Text(), "Please try again."); n < 2 || r.Retries > 10 {
		t.Errorf("phrase found %d times, %d retries: %+v", n, r.Retries, r.Segments)
	}
}

// TestPhraseRepeated: a repeated phrase that the model writes once appears as often as it is
// spoken.
func TestPhraseRepeated(t *testing.T) {
	const times = 12
	sound := Sound{Samples: make([]float32, 18*second)}
	for i := range times {
		start := i * second * 3 / 2
		for j := start; j < start+second*6/5; j++ {
			sound.Samples[j] = 0.1 * float32(j%2*2-1)
		}
		sound.Voice = append(sound.Voice, align.Span{Start: float64(start) / second, End: float64(start)/second + 1.2})
	}
	for _, tt := range []struct{ phrase, want string }{
		{" Try again.", strings.TrimSpace(strings.Repeat(" Try again.", times))},
		{"", "Try again."},
	} {
		b := &bench{results: func(c call) *whisper.Result {
			if c.samples == 18*second {
				return spoken(timed{0, 18, " Try again."})
			}
			if c.samples > 2*second || tt.phrase == "" {
				return &whisper.Result{Duration: float64(c.samples) / second}
			}
			return spoken(timed{0, float64(c.samples) / second, tt.phrase})
		}}
		e := openFake(t, b, Config{})
		r, err := e.Decode(t.Context(), sound, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Text() != tt.want {
			t.Errorf("%q, want %q", r.Text(), tt.want)
		}
		for i, s := range r.Segments {
			if len(r.Segments) == times && (s.Start > 1.5*float64(i)+0.01 || s.End < 1.5*float64(i)+1.19) {
				t.Errorf("phrase %d is at %.2f-%.2f s", i, s.Start, s.End)
			}
		}
	}
}
