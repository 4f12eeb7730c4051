package vad

import (
	"slices"
	"testing"

	"voiceflow/pkg/audio/input"
)

// TestPeek: at any moment, Peek returns what Flush would, and changes nothing.
func TestPeek(t *testing.T) {
	samples, err := input.ReadFile("../../testdata/recordings/sentence-01.wav")
	if err != nil {
		t.Fatal(err)
	}
	whole, peeking := NewDetector(), NewDetector()
	want, err := whole.Push(samples)
	if err != nil {
		t.Fatal(err)
	}
	want = slices.Clone(want)
	var got []float32
	for portion := range slices.Chunk(samples, 1237) {
		p, err := peeking.Push(portion)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p...)
		ahead, err := peeking.Peek()
		if err != nil {
			t.Fatal(err)
		}
		if n, frames := len(got)+len(ahead), int(peeking.pushed+FrameSize-1)/FrameSize; n != frames {
			t.Fatalf("%d probabilities for %d frames", n, frames)
		}
	}
	if !slices.Equal(got, want) {
		t.Error("Peek changed what follows")
	}
	ahead, err := peeking.Peek()
	if err != nil {
		t.Fatal(err)
	}
	if rest, err := peeking.Flush(); err != nil || !slices.Equal(ahead, rest) {
		t.Errorf("Peek returned %v, Flush %v, %v", ahead, rest, err)
	}
}
