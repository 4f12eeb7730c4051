package vad

import (
	"errors"

	"voiceflow/pkg/audio"
)

// FrameSize is the resolution of detection and of all decisions: 160 samples,
// 10 ms.
const FrameSize = audio.SampleRate / 100

const (
	// framesPerHop frames share one probability.
	framesPerHop = hopSize / FrameSize
	// silentPeak is the largest magnitude of a sample that counts as silence. After
	// restHops of silence, a second, the network is reset and not used until there
	// is sound again.
	silentPeak = 1
	restHops   = 50
)

// Detector detects speech in a stream with VoiceFlow's own small neural network, which
// distinguishes speech from music, beeps, hum, engines and typing. It needs no model
// file and no library, and runs several hundred times faster than real time. The
// probabilities come up to 86 ms late.
type Detector struct {
	spectrum *spectrum
	network  *network

	samples []int16 // from the start of the next window
	pushed  int64   // samples in total
	hops    int64   // passed to the network
	silent  int     // consecutive silent hops
	frames  int64   // with a probability
	ended   bool    // Flush was called

	answers []float32 // of one Push, reused
}

// errEnded is returned for samples after the end of a stream.
var errEnded = errors.New("speech detection: the stream has ended")

// NewDetector returns a detector at the start of a stream.
func NewDetector() *Detector {
	return &Detector{
		spectrum: newSpectrum(), network: newNetwork(),
		samples: make([]int16, overhang), // silence before the stream
	}
}

// Push takes the next samples and returns the probabilities of speech that are
// ready; see [FrameDetector].
func (d *Detector) Push(samples []int16) ([]float32, error) {
	if d.ended {
		return nil, errEnded
	}
	d.answers = d.answers[:0]
	d.pushed += int64(len(samples))
	d.samples = append(d.samples, samples...)
	d.hear()
	return d.answers, nil
}

// Flush ends the stream and returns the remaining probabilities.
func (d *Detector) Flush() ([]float32, error) {
	if d.ended {
		return nil, errEnded
	}
	d.answers, d.ended = d.answers[:0], true
	// Silence provides what the network looks ahead to.
	d.samples = append(d.samples, make([]int16, (lookAhead+1)*hopSize+windowSize)...)
	d.hear()
	frames := (d.pushed + FrameSize - 1) / FrameSize
	extra := max(d.frames-frames, 0)
	d.answers = d.answers[:int64(len(d.answers))-extra]
	return d.answers, nil
}

// Reset returns to the start of a stream.
func (d *Detector) Reset() { *d = *NewDetector() }

// Close does nothing; see [FrameDetector].
func (d *Detector) Close() {}

// hear passes all complete windows to the network.
func (d *Detector) hear() {
	rest := d.samples
	for ; len(rest) >= windowSize; rest = rest[hopSize:] {
		speech := d.window(rest[:windowSize])
		if d.hops++; d.hops <= lookAhead {
			continue
		}
		for range framesPerHop {
			d.answers = append(d.answers, speech)
			d.frames++
		}
	}
	d.samples = append(d.samples[:0], rest...)
}

// window returns the probability that is known after the next window.
func (d *Detector) window(window []int16) float32 {
	if d.silent++; !isSilent(window) {
		d.silent = 0
	}
	if d.silent >= restHops {
		if d.silent == restHops {
			d.network.reset()
		}
		return 0
	}
	var bands [bands]float32
	d.spectrum.hear(window, &bands)
	return d.network.hear(&bands)
}

func isSilent(samples []int16) bool {
	for _, v := range samples {
		if v < -silentPeak || v > silentPeak {
			return false
		}
	}
	return true
}
