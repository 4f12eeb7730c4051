package main

import (
	"slices"
	"testing"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// TestVoice: within a sentence nobody is quiet, and after it everybody soon is.
func TestVoice(t *testing.T) {
	samples, err := input.ReadFile("../../testdata/recordings/timing-rapid.wav")
	if err != nil {
		t.Fatal(err)
	}
	samples = samples[:3*audio.SampleRate] // a sentence up to 2.3 s, and a pause
	v := newVoice()
	at, quietFrom := 0, 0
	for portion := range slices.Chunk(samples, 400) {
		if err := v.push(portion); err != nil {
			t.Fatal(err)
		}
		at += len(portion)
		quiet, err := v.isQuiet()
		if err != nil {
			t.Fatal(err)
		}
		if quiet && quietFrom == 0 {
			quietFrom = at
		}
		if !quiet {
			quietFrom = 0
		}
		if s := audio.Seconds(at); quiet && s < 2.3 {
			t.Errorf("quiet at %.3f s, in the middle of a sentence", s)
		}
	}
	if s := audio.Seconds(quietFrom); s < 2.3 || s > 2.6 {
		t.Errorf("quiet from %.3f s on", s)
	}
}
