package vad

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/rnnoise"
	"voiceflow/pkg/soxr"
)

// FrameSize is the step of detection and of all decisions: 160 samples, 10 ms.
const FrameSize = audio.SampleRate / 100

// ear hears speech with RNNoise, one frame late, because the audio is raised to
// RNNoise's 48 kHz on the way. What it hears need not be without gaps.
type ear struct {
	raise   *soxr.Resampler
	network *rnnoise.Network

	in     []float32 // of one frame, reused
	raised []float32 // at 48 kHz, not yet a whole frame
	speech float32   // the latest answer
}

func newEar() (*ear, error) {
	raise, err := soxr.New(audio.SampleRate, rnnoise.SampleRate, soxr.LQ)
	if err != nil {
		return nil, err
	}
	network, err := rnnoise.New()
	if err != nil {
		raise.Close()
		return nil, err
	}
	return &ear{raise: raise, network: network}, nil
}

// hear takes a frame and returns the probability, 0 to 1, of speech in the one
// before.
func (e *ear) hear(frame []int16) (float32, error) {
	e.in = audio.Float32(e.in[:0], frame)
	var err error
	if e.raised, err = e.raise.Process(e.raised, e.in); err != nil {
		return 0, err
	}
	rest := e.raised
	for len(rest) >= rnnoise.FrameSize {
		e.speech = e.network.Process((*[rnnoise.FrameSize]float32)(rest), nil)
		rest = rest[rnnoise.FrameSize:]
	}
	e.raised = append(e.raised[:0], rest...)
	return e.speech, nil
}

// Close frees the ear; it may be called twice.
func (e *ear) Close() {
	e.raise.Close()
	e.network.Close()
}
