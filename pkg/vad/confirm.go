package vad

import (
	"slices"

	"voiceflow/pkg/audio"
)

const (
	// confirmed is the probability of speech that confirms an utterance. It is
	// lower than the threshold at which utterances begin, because Silero rates
	// single letters and children's short words no higher, and music far lower.
	confirmed = 0.2
	// confirmSamples are checked at a time: if somebody is speaking, the first
	// seconds are usually enough.
	confirmSamples = 3 * audio.SampleRate
)

// Confirm returns a second opinion for [Stream.Confirm]. It is based on another
// detector: peak returns the highest probability of speech in samples.
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
