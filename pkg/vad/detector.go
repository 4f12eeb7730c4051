package vad

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/rnnoise"
	"voiceflow/pkg/soxr"
)

// FrameSize is the step of detection and of all decisions: 160 samples, 10 ms.
const FrameSize = audio.SampleRate / 100

// Detector hears speech with RNNoise. Its answers come a few frames late,
// because the audio is raised to RNNoise's 48 kHz on the way.
type Detector struct {
	raise   *soxr.Resampler
	network *rnnoise.Detector

	in      []float32 // of one Push, reused
	raised  []float32 // at 48 kHz, not yet a whole frame
	speech  []float32 // the answers of one Push, reused
	pushed  int64     // samples in
	answers int64     // frames out
}

// NewDetector makes a detector at the start of a stream.
func NewDetector() (*Detector, error) {
	raise, err := soxr.New(audio.SampleRate, rnnoise.SampleRate, soxr.LQ)
	if err != nil {
		return nil, err
	}
	network, err := rnnoise.New()
	if err != nil {
		raise.Close()
		return nil, err
	}
	return &Detector{raise: raise, network: network}, nil
}

// Push takes the next samples and returns the probabilities of speech, 0 to 1,
// of the frames that are now known, in order from the first of the stream. The
// slice is valid until the next call.
func (d *Detector) Push(samples []int16) ([]float32, error) {
	d.pushed += int64(len(samples))
	d.in = audio.Float32(d.in[:0], samples)
	var err error
	if d.raised, err = d.raise.Process(d.raised, d.in); err != nil {
		return nil, err
	}
	d.speech = d.speech[:0]
	d.detect()
	return d.speech, nil
}

// Flush ends the stream and returns the answers that are still owed: with
// those before, one for each frame begun.
func (d *Detector) Flush() ([]float32, error) {
	var err error
	if d.raised, err = d.raise.Flush(d.raised); err != nil {
		return nil, err
	}
	d.speech = d.speech[:0]
	frames := (d.pushed + FrameSize - 1) / FrameSize
	owed := int(frames-d.answers) * rnnoise.FrameSize
	if len(d.raised) < owed {
		d.raised = append(d.raised, make([]float32, owed-len(d.raised))...)
	}
	d.raised = d.raised[:owed]
	d.detect()
	return d.speech, nil
}

func (d *Detector) detect() {
	rest := d.raised
	for len(rest) >= rnnoise.FrameSize {
		d.speech = append(d.speech, d.network.Process((*[rnnoise.FrameSize]float32)(rest)))
		d.answers++
		rest = rest[rnnoise.FrameSize:]
	}
	d.raised = append(d.raised[:0], rest...)
}

// Close frees the detector; it may be called twice.
func (d *Detector) Close() {
	d.raise.Close()
	d.network.Close()
}
