package segmentation_test

import (
	"math"
	"slices"
	"testing"

	"voiceflow/bench/segmentation"
)

// scene has two sentences of one second each, at 1 s and 4 s, in 6 s.
func scene() *segmentation.Scene {
	return &segmentation.Scene{
		Samples: make([]float64, 6*16000),
		Speech:  []segmentation.Span{{Start: 16000, End: 32000}, {Start: 64000, End: 80000}},
	}
}

func found(start, end, preRoll float64) segmentation.Utterance {
	return segmentation.Utterance{
		Span: segmentation.Span{Start: int(16000 * start), End: int(16000 * end)}, From: int(16000 * (start - preRoll)),
	}
}

func TestJudge(t *testing.T) {
	tests := []struct {
		name  string
		found []segmentation.Utterance
		want  segmentation.Score
	}{
		{"nothing", nil, segmentation.Score{Missed: 2}},
		{"exact", []segmentation.Utterance{found(1, 2, 0.3), found(4, 5, 0.3)},
			segmentation.Score{Precision: 1, Recall: 1, F1: 1}},
		{"half", []segmentation.Utterance{found(1, 2, 0.3)},
			segmentation.Score{Precision: 1, Recall: 0.5, F1: 2.0 / 3, Missed: 1}},
		{"too much", []segmentation.Utterance{found(0, 6, 0)},
			segmentation.Score{Precision: 1.0 / 3, Recall: 1, F1: 0.5, Joined: 1}},
		{"split, and a false one", []segmentation.Utterance{found(1, 1.5, 0.3), found(1.5, 2, 0), found(3, 3.5, 0), found(4, 5, 0.3)},
			segmentation.Score{Precision: 0.8, Recall: 1, F1: 8.0 / 9, Split: 1, False: 1}},
		{"late, but kept", []segmentation.Utterance{found(1.2, 2, 0.3), found(4.2, 5, 0.25)},
			segmentation.Score{Precision: 1, Recall: 0.8, F1: 8.0 / 9, Clipped: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := scene().Judge(test.found)
			near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
			if !near(got.Precision, test.want.Precision) || !near(got.Recall, test.want.Recall) || !near(got.F1, test.want.F1) {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			got.Precision, got.Recall, got.F1 = test.want.Precision, test.want.Recall, test.want.F1
			if got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestNoiseLevel(t *testing.T) {
	speech := make([]int16, 16000)
	for i := range speech {
		speech[i] = int16(9830 * math.Sin(float64(i)*float64(i)/5000))
	}
	s := segmentation.Lay([][]int16{speech, speech})
	clean := s.Clean()
	for _, n := range segmentation.Noises() {
		for _, snr := range []float64{20, 0} {
			signal, noise := 0.0, 0.0
			for i, v := range s.With(n, snr) {
				d := float64(v) - float64(clean[i])
				noise += d * d
			}
			for _, span := range s.Speech {
				for _, v := range clean[span.Start:span.End] {
					signal += float64(v) * float64(v)
				}
			}
			noise /= float64(len(clean))
			signal /= float64(s.Speech[0].End - s.Speech[0].Start + s.Speech[1].End - s.Speech[1].Start)
			if got := 10 * math.Log10(signal/noise); math.Abs(got-snr) > 0.2 {
				t.Errorf("%v noise requested %g dB below the speech is %.2f dB below it", n, snr, got)
			}
		}
	}
}

// TestPlaces checks that each place keeps the speech where the scene says it is.
func TestPlaces(t *testing.T) {
	speech := make([]int16, 32000)
	for i := range speech {
		speech[i] = int16(9830 * math.Sin(float64(i)*float64(i)/20000))
	}
	s := segmentation.Lay([][]int16{speech, speech})
	for _, p := range segmentation.Places() {
		there := s.In(p)
		var inside, outside float64
		for i, v := range there.Samples {
			if slices.ContainsFunc(there.Speech, func(span segmentation.Span) bool { return i >= span.Start && i < span.End }) {
				inside += v * v
			} else {
				outside += v * v
			}
		}
		if inside < 10*outside {
			t.Errorf("%v: energy %g in the speech, %g in the rest", p, inside, outside)
		}
		if p != segmentation.Overlapping && len(there.Speech) != 2 {
			t.Errorf("%v: %d sentences", p, len(there.Speech))
		}
	}
	if got, want := len(s.In(segmentation.Children).Samples), len(s.Samples)*100/135; math.Abs(float64(got-want)) > 1 {
		t.Errorf("children: %d samples, want %d", got, want)
	}
}
