package main

import (
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/vad"
)

const (
	shortestSilence = 100 * time.Millisecond // there are such pauses within words
	longestSilence  = 5 * time.Minute
)

// silence waits for speech and then for silence.
type silence struct {
	stream *vad.Stream
	length int64 // of the silence, in samples
	close  func()
}

func newSilence(length time.Duration) (*silence, error) {
	config := vad.DefaultConfig()
	config.MinSilence = length
	// An utterance that ended has all of the silence at its end; one that was
	// only cut because it became too long has not.
	config.PreRoll, config.PostRoll = 0, length
	config.MaxUtterance = max(config.MaxUtterance, 2*length)
	if err := config.Validate(); err != nil {
		return nil, err
	}
	detector := vad.NewDetector()
	return &silence{
		stream: vad.NewStream(detector, vad.NewSegmenter(config)),
		length: audio.Samples(length), close: detector.Close,
	}, nil
}

// heard takes the next samples and tells whether it has come to an end.
func (s *silence) heard(samples []int16) (ended bool, err error) {
	err = s.stream.Push(samples, func(u *vad.Utterance) error {
		if u.PCMStart+int64(len(u.PCM))-u.End >= s.length {
			ended = true
		}
		return nil
	})
	return ended, err
}
