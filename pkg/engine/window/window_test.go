package window

import (
	"math"
	"slices"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/vad"
)

// spoken returns an utterance of 2 s with 0.3 s of pre-roll and 0.2 s of post-roll, whose audio
// begins at a second of the recording.
func spoken(at float64) *vad.Utterance {
	from := audio.SampleAt(at)
	return &vad.Utterance{
		Start: from + audio.SampleAt(0.3), End: from + audio.SampleAt(1.8),
		PCMStart: from, PCM: make([]int16, 2*audio.SampleRate),
	}
}

// place is a span in a window and where it belongs in the recording, in seconds.
type place struct {
	what                 string
	start, end, from, to float64
}

func checkPlaces(t *testing.T, lead func(start, end float64) (float64, float64), places []place) {
	t.Helper()
	for _, p := range places {
		from, to := lead(p.start, p.end)
		if math.Abs(from-p.from) > 1e-9 || math.Abs(to-p.to) > 1e-9 {
			t.Errorf("%s: %v to %v mapped to %v to %v, want %v to %v", p.what, p.start, p.end, from, to, p.from, p.to)
		}
	}
}

func TestSpan(t *testing.T) {
	p := NewPacker(30)
	for _, at := range []float64{10, 60, 62, 100} { // the second and third are contiguous
		if w := p.Add(spoken(at)); w != nil {
			t.Fatal("8 s filled a window")
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
		{"ends in the next piece's pre-roll", 0.5, 2.2, 10.5, 12},
		{"begins in the previous piece's post-roll", 1.9, 3, 60, 61},
		{"begins where a piece begins", 2, 3, 60, 61},
		{"across contiguous pieces", 3.9, 4.1, 61.9, 62.1},
		{"across a cut, with speech on both sides", 1, 3, 11, 61},
		{"beyond the end", 7, 9, 101, 102},
		{"before the start", -1, 0.5, 10, 10.5},
		{"reversed", 1.5, 1, 11.5, 11.5},
	})
}

func TestPlace(t *testing.T) {
	p := NewPacker(30)
	for _, at := range []float64{10, 60} {
		p.Add(spoken(at))
	}
	w := p.Flush()
	want := []align.Span{{Start: 0.3, End: 1.8}, {Start: 2.3, End: 3.8}}
	if got := w.Speech(); !slices.Equal(got, want) {
		t.Errorf("got speech %v, want %v", got, want)
	}
	checkPlaces(t, func(start, end float64) (float64, float64) {
		return w.Place(align.Span{Start: start, End: end})
	}, []place{
		{"all of the first's speech", 0.3, 1.8, 10.3, 11.8},
		{"the start of the second's", 2.3, 2.5, 60.3, 60.5},
		{"the end", 3.7, 3.8, 61.7, 61.8},
	})
}

func TestUtterance(t *testing.T) {
	for _, tt := range []struct {
		start, end int64
		want       []align.Span
	}{
		{20000, 30000, []align.Span{{Start: 0.25, End: 0.875}}},
		{0, 99999, nil}, // all of it
		{90000, 99999, nil},
	} {
		w := Utterance(make([]int16, audio.SampleRate), audio.SampleRate, tt.start, tt.end)
		if got := w.Speech(); !slices.Equal(got, tt.want) {
			t.Errorf("speech from %d to %d: got %v, want %v", tt.start, tt.end, got, tt.want)
		}
	}
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
		t.Error("an empty packer returned a window")
	}
}

func TestWhole(t *testing.T) {
	w := Whole(make([]int16, audio.SampleRate), 2*audio.SampleRate)
	if from, to := w.Span(0.25, 5); from != 2.25 || to != 3 {
		t.Errorf("%v to %v", from, to)
	}
}
