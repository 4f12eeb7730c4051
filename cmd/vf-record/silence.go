package main

import (
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/vad"
)

const (
	shortestSilence = 100 * time.Millisecond // words contain pauses up to this
	longestSilence  = 5 * time.Minute
)

// silence waits for speech followed by silence.
type silence struct {
	stream *vad.Stream
	length int64 // of the silence, in samples
	close  func()
}

func newSilence(length time.Duration) (*silence, error) {
	config := vad.DefaultConfig()
	config.MinSilence = length
	// An utterance that ended includes the whole silence; one that was cut because of
	// its length does not.
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

// push takes the next samples and reports whether the silence is complete.
func (s *silence) push(samples []int16) (ended bool, err error) {
	err = s.stream.Push(samples, func(u *vad.Utterance) error {
		if u.PCMStart+int64(len(u.PCM))-u.End >= s.length {
			ended = true
		}
		return nil
	})
	return ended, err
}
