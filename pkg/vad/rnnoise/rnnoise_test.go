package rnnoise_test

import (
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/audio/soxr"
	"voiceflow/pkg/vad/rnnoise"
)

// speech returns a recorded sentence at the network's rate.
func speech(t *testing.T) []float32 {
	t.Helper()
	samples, err := input.ReadFile("../../../testdata/recordings/timing-at-once.wav")
	if err != nil {
		t.Fatal(err)
	}
	up, err := soxr.New(audio.SampleRate, rnnoise.SampleRate)
	if err != nil {
		t.Fatal(err)
	}
	defer up.Close()
	raised, err := up.Process(nil, audio.Float32(nil, samples))
	if err != nil {
		t.Fatal(err)
	}
	return raised
}

// mean returns the mean probability of speech over all whole frames.
func mean(t *testing.T, samples []float32) float64 {
	t.Helper()
	d, err := rnnoise.New()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	sum, frames := 0.0, 0
	for ; len(samples) >= rnnoise.FrameSize; frames++ {
		p := d.Process((*[rnnoise.FrameSize]float32)(samples), nil)
		if !(p >= 0 && p <= 1) {
			t.Fatalf("frame %d: probability %v", frames, p)
		}
		sum += float64(p)
		samples = samples[rnnoise.FrameSize:]
	}
	return sum / float64(frames)
}

func TestProcess(t *testing.T) {
	spoken := mean(t, speech(t))
	silent := mean(t, make([]float32, 2*rnnoise.SampleRate))
	if spoken < 0.7 || silent > 0.1 {
		t.Errorf("mean probability of speech %.3f, of silence %.3f", spoken, silent)
	}
}

// TestExtremes has the loudest possible samples.
func TestExtremes(t *testing.T) {
	square := make([]float32, rnnoise.SampleRate/10)
	for i := range square {
		square[i] = 1
		if i/50%2 == 0 {
			square[i] = -1
		}
	}
	mean(t, square)
}

// TestStreamsAreIndependent checks that networks share no state.
func TestStreamsAreIndependent(t *testing.T) {
	samples := speech(t)
	first := mean(t, samples)
	mean(t, make([]float32, rnnoise.SampleRate))
	if second := mean(t, samples); second != first {
		t.Errorf("the same samples yield %v, then %v", first, second)
	}
}

func TestCloseTwice(t *testing.T) {
	d, err := rnnoise.New()
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	d.Close()
}
