package window

import (
	"math"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/vad"
)

// spoken is an utterance of 2 s with 0.3 s of pre-roll and 0.2 s of post-roll,
// whose audio begins at a second of the recording.
func spoken(at float64) *vad.Utterance {
	from := samples(at)
	return &vad.Utterance{
		Start: from + samples(0.3), End: from + samples(1.8),
		PCMStart: from, PCM: make([]int16, 2*audio.SampleRate),
	}
}

// place is where something in a window, in seconds, belongs in the recording.
type place struct {
	what                 string
	start, end, from, to float64
}

func checkPlaces(t *testing.T, lead func(start, end float64) (float64, float64), places []place) {
	t.Helper()
	for _, p := range places {
		from, to := lead(p.start, p.end)
		if math.Abs(from-p.from) > 1e-9 || math.Abs(to-p.to) > 1e-9 {
			t.Errorf("%s: %v to %v became %v to %v, not %v to %v", p.what, p.start, p.end, from, to, p.from, p.to)
		}
	}
}

func TestSpan(t *testing.T) {
	p := NewPacker(30)
	for _, at := range []float64{10, 60, 62, 100} { // the second and third are one stretch
		if w := p.Add(spoken(at)); w != nil {
			t.Fatal("a full window of 8 s")
		}
	}
	w := p.Flush()
	if w.Start != 10.3 || w.End != 101.8 || w.Duration() != 8 {
		t.Errorf("speech from %v to %v in %v s", w.Start, w.End, w.Duration())
	}
	checkPlaces(t, w.Span, []place{
		{"within the first", 0.5, 1.5, 10.5, 11.5},
		{"within the last", 6.5, 7.75, 100.5, 101.75},
		{"all of a piece", 0, 2, 10, 12},
		{"ends in the next one's pre-roll", 0.5, 2.2, 10.5, 12},
		{"begins in the one before's post-roll", 1.9, 3, 60, 61},
		{"begins where a piece begins", 2, 3, 60, 61},
		{"over pieces that are one stretch", 3.9, 4.1, 61.9, 62.1},
		{"over a cut, with speech on both sides", 1, 3, 11, 61},
		{"beyond the end", 7, 9, 101, 102},
		{"before the start", -1, 0.5, 10, 10.5},
		{"reversed", 1.5, 1, 11.5, 11.5},
	})
}

func TestWords(t *testing.T) {
	p := NewPacker(30)
	for _, at := range []float64{10, 60, 62} { // the second and third are one stretch
		p.Add(spoken(at))
	}
	w := p.Flush()
	for _, first := range []bool{true, false} {
		checkPlaces(t, func(start, end float64) (float64, float64) {
			words := w.Words()
			if !first { // one was spoken in each piece before
				words.piece = len(w.pieces)
			}
			return words.Next(start, end)
		}, []place{
			{"within a piece", 0.95, 1.5, 10.95, 11.5},
			{"from before its speech", 2.1, 2.6, 60.3, 60.6},
			{"wholly before its speech", 2.1, 2.1, 60.3, 60.3},
			{"over a cut, mostly before it", 1.2, 2.4, 11.2, 12},
			{"over a cut, mostly behind it", 1.7, 3, 60.3, 61},
			{"over pieces that are one stretch", 3.5, 4.5, 61.5, 62.5},
			{"in the silence at a cut", 1.85, 2.25, 60.3, 60.3},
		})
	}
	words := w.Words()
	checkPlaces(t, words.Next, []place{
		{"the first, somewhat late", 0.6, 1, 10.3, 11},
		{"the second", 0.6, 1, 10.6, 11},
		{"the first of the next piece", 2.8, 3, 60.3, 61},
		{"the first of the last, much too late", 5.2, 5.5, 63.2, 63.5},
	})
}

func TestPacker(t *testing.T) {
	p := NewPacker(30)
	var lengths []float64
	for i := range 20 {
		if w := p.Add(spoken(float64(5 * i))); w != nil {
			lengths = append(lengths, w.Duration())
		}
	}
	lengths = append(lengths, p.Flush().Duration())
	if len(lengths) != 2 || lengths[0] != 30 || lengths[1] != 10 {
		t.Errorf("windows of %v s", lengths)
	}
	if p.Flush() != nil {
		t.Error("a window of nothing")
	}
}

func TestWhole(t *testing.T) {
	w := Whole(make([]int16, audio.SampleRate), 2*audio.SampleRate)
	if from, to := w.Span(0.25, 5); from != 2.25 || to != 3 {
		t.Errorf("%v to %v", from, to)
	}
}
