package vad

import (
	"slices"

	"voiceflow/pkg/audio"
)

const (
	// confirmed is the probability of speech that is enough for a second
	// opinion: less than begins an utterance, for short words of children and
	// single letters get no more from Silero, and music far less.
	confirmed = 0.2
	// confirmSamples are heard at a time, for where somebody speaks, the first
	// seconds are enough.
	confirmSamples = 3 * audio.SampleRate
)

// Confirm makes a second opinion for [Stream.Confirm] out of the highest
// probability of speech that another detector hears in samples.
func Confirm(peak func([]int16) (float32, error)) func(*Utterance) (bool, error) {
	return func(u *Utterance) (bool, error) {
		for part := range slices.Chunk(u.PCM, confirmSamples) {
			if p, err := peak(part); err != nil || p >= confirmed {
				return err == nil, err
			}
		}
		return false, nil
	}
}
