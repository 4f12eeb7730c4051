package vad

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

func recording(t testing.TB, path string) []int16 {
	t.Helper()
	samples, err := input.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

func newDetector(t testing.TB) *Detector {
	t.Helper()
	d := NewDetector()
	t.Cleanup(d.Close)
	return d
}

// utterances passes samples through a stream in blocks.
func utterances(t testing.TB, samples []int16, block int) []Utterance {
	t.Helper()
	return segmented(t, newDetector(t), samples, block)
}

func segmented(t testing.TB, d FrameDetector, samples []int16, block int) (all []Utterance) {
	t.Helper()
	stream := NewStream(d, NewSegmenter(DefaultConfig()))
	emit := func(u *Utterance) error {
		all = append(all, *u)
		return nil
	}
	for b := range slices.Chunk(samples, block) {
		if err := stream.Push(b, emit); err != nil {
			t.Fatal(err)
		}
	}
	if err := stream.Flush(emit); err != nil {
		t.Fatal(err)
	}
	return all
}

// spoken returns where the first speech in a recording begins, in seconds, and how
// many utterances it has, according to testdata/recordings/make.sh.
func spoken(t *testing.T, name string) (start float64, count int) {
	switch {
	case strings.HasPrefix(name, "sentence-"):
		return 0.25, 1
	case name == "timing-at-once.wav":
		return 0, 1
	case name == "timing-after-200ms.wav":
		return 0.2, 1
	case name == "timing-after-500ms.wav":
		return 0.5, 1
	case name == "timing-after-1000ms.wav":
		return 1, 1
	case name == "timing-rapid.wav":
		return 0, 4
	}
	t.Fatalf("%s: unknown recording", name)
	return 0, 0
}

func TestStreamFindsSentences(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/recordings/*.wav")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			start, count := spoken(t, filepath.Base(path))
			samples := recording(t, path)
			all := utterances(t, samples, 1600)
			if len(all) != count {
				t.Fatalf("%d utterances, want %d", len(all), count)
			}
			if got := float64(all[0].Start) / audio.SampleRate; math.Abs(got-start) > 0.1 {
				t.Errorf("begins at %.2f s, want %.2f s", got, start)
			}
			for i, u := range all {
				pcmEnd := u.PCMStart + int64(len(u.PCM))
				if u.Start < u.PCMStart || u.End > pcmEnd || !slices.Equal(u.PCM, samples[u.PCMStart:pcmEnd]) {
					t.Errorf("utterance %d: speech %d to %d, PCM %d to %d", i, u.Start, u.End, u.PCMStart, pcmEnd)
				}
			}
		})
	}
}

func TestStreamBlocksDoNotMatter(t *testing.T) {
	samples := recording(t, "../../testdata/recordings/timing-rapid.wav")
	want := utterances(t, samples, len(samples))
	if len(want) != 4 {
		t.Fatalf("%d utterances, want 4", len(want))
	}
	same := func(a, b Utterance) bool {
		return a.Start == b.Start && a.End == b.End && a.PCMStart == b.PCMStart && slices.Equal(a.PCM, b.PCM)
	}
	for _, block := range []int{1, 7, 160, 1000} {
		if got := utterances(t, samples, block); !slices.EqualFunc(got, want, same) {
			t.Errorf("blocks of %d samples yield %d utterances, which differ", block, len(got))
		}
	}
}

func TestStreamHearsNobody(t *testing.T) {
	noise := func(amplitude float64) []int16 {
		r := rand.New(rand.NewPCG(1, 2))
		samples := make([]int16, 10*audio.SampleRate)
		for i := range samples {
			samples[i] = int16(math.Round(amplitude * r.NormFloat64()))
		}
		return samples
	}
	tests := []struct {
		name    string
		samples []int16
	}{
		{"nothing", nil},
		{"digital silence", make([]int16, 10*audio.SampleRate)},
		{"white noise at -70 dB", noise(10)},
		{"white noise at -50 dB", noise(100)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, u := range utterances(t, test.samples, 1600) {
				t.Errorf("found an utterance from %d to %d", u.Start, u.End)
			}
		})
	}
}

func TestStreamStopsWhenEmitFails(t *testing.T) {
	stream := NewStream(newDetector(t), NewSegmenter(DefaultConfig()))
	emit := func(*Utterance) error { return filepath.ErrBadPattern }
	samples := recording(t, "../../testdata/recordings/timing-rapid.wav")
	if err := stream.Push(samples, emit); err != filepath.ErrBadPattern {
		t.Errorf("Push = %v, want the error of emit", err)
	}
}

func TestDetectorOwesNothing(t *testing.T) {
	speech := recording(t, "../../testdata/recordings/sentence-01.wav")
	for _, n := range []int{0, 1, 159, 160, 161, 16000} {
		d := newDetector(t)
		answers, err := d.Push(speech[:n])
		if err != nil {
			t.Fatal(err)
		}
		count := len(answers)
		if answers, err = d.Flush(); err != nil {
			t.Fatal(err)
		}
		if count += len(answers); count != (n+FrameSize-1)/FrameSize {
			t.Errorf("%d samples yield %d probabilities", n, count)
		}
		if _, err := d.Push(speech[:n]); n > 0 && err == nil {
			t.Error("the detector accepts samples after Flush")
		}
	}
}

func TestDetectorClosesTwice(t *testing.T) {
	d := newDetector(t) // which closes it, too
	d.Close()
}

func BenchmarkStream(b *testing.B) {
	samples := recording(b, "../../testdata/recordings/timing-rapid.wav")
	for b.Loop() {
		utterances(b, samples, 1600)
	}
	audioSeconds := float64(len(samples)) / audio.SampleRate * float64(b.N)
	b.ReportMetric(audioSeconds/b.Elapsed().Seconds(), "x-realtime")
}
