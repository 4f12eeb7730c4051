package dictation

import (
	"math"
	"testing"
	"time"

	"voiceflow/pkg/event"
)

func segment(text string, start, end, logprob, noSpeech float64) event.Segment {
	return event.Segment{Text: text, Start: start, End: end, AvgLogprob: logprob, NoSpeechProb: noSpeech}
}

func TestConfidence(t *testing.T) {
	half := math.Log(0.5)
	for _, c := range []struct {
		name     string
		segments []event.Segment
		want     float64
	}{
		{"none", nil, 1},
		{"one", []event.Segment{segment("", 0, 1, half, 0.2)}, 0.4},
		{"weighted", []event.Segment{segment("", 0, 3, 0, 0), segment("", 3, 4, 4*half, 0.4)}, 0.5 * 0.9},
		{"without length", []event.Segment{segment("", 0, 0, 0, 0), segment("", 0, 0, 2*half, 0)}, 0.5},
		{"out of range", []event.Segment{segment("", 1, 0, 5, -1)}, 1},
	} {
		if got := Confidence(c.segments...); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMinConfidence(t *testing.T) {
	sure, unsure := segment(" Hello.", 0, 1, -0.1, 0.01), segment(" Thank you.", 1, 2, -0.2, 0.9)
	for _, c := range []struct {
		segments []event.Segment
		want     string
	}{
		{nil, "all"},
		{[]event.Segment{sure}, "all"},
		{[]event.Segment{sure, unsure}, "Hello."},
		{[]event.Segment{unsure, sure, unsure, segment(" Yes", 2, 3, 0, 0)}, "Hello. Yes"},
		{[]event.Segment{unsure}, ""},
	} {
		d := made(t, Options{MinConfidence: 0.5, OnlyNew: true})
		got := d.Add(&event.Transcript{ID: 1, Text: "all", Segments: c.segments})
		if got.Insert != c.want {
			t.Errorf("%v: inserted %q, want %q", c.segments, got.Insert, c.want)
		}
	}
}

func TestOnlyNew(t *testing.T) {
	d := made(t, Options{OnlyNew: true, Window: 500 * time.Millisecond})
	for _, c := range []struct {
		id         int
		file, text string
		start, end float64
		want       bool
	}{
		{1, "", "yes", 0, 1, true},
		{1, "", "no", 5, 6, false},         // repeated id
		{1, "a.wav", "yes", 0, 1, true},    // from another file
		{2, "a.wav", "yes", 1.4, 2, false}, // within the window
		{3, "a.wav", "yes", 1.6, 2, true},
		{4, "a.wav", "yes!", 1.6, 2, true},
		{0, "", "yes", 0, 0, true}, // neither id nor times
		{0, "", "yes", 0, 0, true},
		{5, "", "low", 9, 10, true},
	} {
		e := d.Add(&event.Transcript{ID: c.id, File: c.file, Text: c.text, Start: c.start, End: c.end})
		if (e.Insert != "") != c.want {
			t.Errorf("%+v: inserted %q", c, e.Insert)
		}
	}
}

// TestOnlyNewAfterDoubt checks that a transcript dropped as doubtful may come
// again.
func TestOnlyNewAfterDoubt(t *testing.T) {
	d := made(t, Options{OnlyNew: true, MinConfidence: 0.5})
	transcript := &event.Transcript{ID: 1, Text: "x", Segments: []event.Segment{segment("x", 0, 1, -9, 0)}}
	if e := d.Add(transcript); e != (Edit{}) {
		t.Errorf("doubtful: %+v", e)
	}
	transcript.Segments[0].AvgLogprob = 0
	if e := d.Add(transcript); e.Insert != "x" {
		t.Errorf("sure: %+v", e)
	}
}
