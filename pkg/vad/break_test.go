package vad

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// TestBreak: what comes after a break is heard as if it began a stream, wherever the break
// is, and nothing before it is lost.
func TestBreak(t *testing.T) {
	first, second := recording(t, recordings("sentence-01")), recording(t, recordings("timing-at-once"))
	first = first[:len(first)-len(first)%FrameSize-7] // the break is not at the end of a frame
	want := utterances(t, first, 1600)
	for _, u := range utterances(t, second, 1600) {
		u.Start, u.End = u.Start+int64(len(first)), u.End+int64(len(first))
		u.PCMStart, u.Decided = u.PCMStart+int64(len(first)), u.Decided+int64(len(first))
		want = append(want, u)
	}
	var got []Utterance
	emit := func(u *Utterance) error {
		got = append(got, *u)
		return nil
	}
	stream := NewStream(newDetector(t), NewSegmenter(DefaultConfig()))
	for _, step := range []func() error{
		func() error { return stream.Push(first, emit) },
		func() error { return stream.Break(emit) },
		func() error { return stream.Push(second, emit) },
		func() error { return stream.Break(emit) },
		func() error { return stream.Flush(emit) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", places(got), places(want))
	}
}

// TestDrop: what was said before is forgotten, and what comes after it is not.
func TestDrop(t *testing.T) {
	sound := recording(t, recordings("sentence-01"))
	var got []Utterance
	emit := func(u *Utterance) error {
		got = append(got, *u)
		return nil
	}
	stream := NewStream(newDetector(t), NewSegmenter(DefaultConfig()))
	half := len(sound) / 2
	if err := stream.Push(sound[:half], emit); err != nil {
		t.Fatal(err)
	}
	if _, _, speaking := stream.Speaking(); !speaking {
		t.Fatal("nobody speaks in the middle of a sentence")
	}
	stream.Drop()
	if _, _, speaking := stream.Speaking(); speaking {
		t.Error("somebody still speaks")
	}
	if err := stream.Push(sound, emit); err != nil {
		t.Fatal(err)
	}
	if err := stream.Flush(emit); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].PCMStart < int64(half) {
		t.Errorf("%v", places(got))
	}
}

func places(all []Utterance) (places [][4]int64) {
	for _, u := range all {
		places = append(places, [4]int64{u.Start, u.End, u.PCMStart, int64(len(u.PCM))})
	}
	return places
}

// TestSoFar: during the pause before the end of an utterance, it is already known as it
// will be.
func TestSoFar(t *testing.T) {
	for _, name := range []string{"sentence-01", "sentence-05", "timing-rapid", "timing-after-1000ms"} {
		sound := append(recording(t, recordings(name)), make([]int16, 16000)...)
		stream := NewStream(newDetector(t), NewSegmenter(DefaultConfig()))
		var before *Utterance
		ends := 0
		emit := func(u *Utterance) error {
			ends++
			if before == nil || before.Start != u.Start || before.End != u.End || before.PCMStart != u.PCMStart ||
				!slices.Equal(before.PCM, u.PCM) {
				t.Errorf("%s: utterance %d differs from what was known before its end", name, ends)
			}
			before = nil
			return nil
		}
		for frame := range slices.Chunk(sound, FrameSize) {
			if err := stream.Push(frame, emit); err != nil {
				t.Fatal(err)
			}
			if !stream.Paused() {
				continue
			}
			if err := stream.SoFar(func(u *Utterance) error { before = u; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		if ends == 0 {
			t.Errorf("%s: no utterance has ended", name)
		}
	}
}

func recordings(name string) string { return filepath.Join("../../testdata/recordings", name+".wav") }
