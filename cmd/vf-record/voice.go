package main

import (
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/vad"
)

const (
	// quietTime is how long nobody must have been speaking for the tail to end early: 100
	// ms, and 80 ms in which the probabilities are still uncertain. Pauses for the t in
	// "not that" are up to 160 ms long.
	quietTime = 180 * time.Millisecond
	// voiceThreshold is the probability of speech that counts as speaking. It is low,
	// because cutting a word costs more than a longer tail.
	voiceThreshold = 0.35
)

// voice listens to a dictation for somebody speaking.
type voice struct {
	detector *vad.Detector
	known    int64 // frames with a probability
	last     int64 // frames up to the last one with speech
}

func newVoice() *voice { return &voice{detector: vad.NewDetector()} }

func (v *voice) push(samples []int16) error {
	speech, err := v.detector.Push(samples)
	if err != nil {
		return err
	}
	v.last = lastVoice(v.last, v.known, speech)
	v.known += int64(len(speech))
	return nil
}

// isQuiet reports whether nobody has been speaking for quietTime.
func (v *voice) isQuiet() (bool, error) {
	ahead, err := v.detector.Peek()
	if err != nil {
		return false, err
	}
	last, now := lastVoice(v.last, v.known, ahead), v.known+int64(len(ahead))
	return (now-last)*vad.FrameSize >= audio.Samples(quietTime), nil
}

// lastVoice returns the end of the last frame with speech. The probabilities are those of
// the frames from the number first on; before them, speech ended at last.
func lastVoice(last, first int64, speech []float32) int64 {
	for i, p := range speech {
		if p >= voiceThreshold {
			last = first + int64(i) + 1
		}
	}
	return last
}
