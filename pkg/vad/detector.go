package vad

import (
	"errors"

	"voiceflow/pkg/audio"
)

// FrameSize is the step of detection and of all decisions: 160 samples, 10 ms.
const FrameSize = audio.SampleRate / 100

const (
	// framesOfHop have the same answer.
	framesOfHop = hopSize / FrameSize
	// faintest is the largest sample of what is as good as silence, and after
	// restHops of nothing else the network forgets and rests: a second.
	faintest = 1
	restHops = 50
)

// Detector hears speech as it is spoken, with a small recurrent network of this
// project's own, which knows speech from music, beeps, hum, engines and typing.
// It needs no model file and no library, and runs at several hundred times real
// time.
//
// Its answers come up to 86 ms late.
type Detector struct {
	spectrum *spectrum
	network  *network

	samples []int16 // from the next window's start on
	pushed  int64   // samples in all
	heard   int64   // hops that the network has heard
	silent  int     // hops of silence, in a row
	given   int64   // frames answered
	ended   bool    // by Flush

	answers []float32 // of one Push, reused
}

// errEnded is the answer to samples after the end of a stream.
var errEnded = errors.New("speech detection: the stream has ended")

// NewDetector makes a detector at the start of a stream.
func NewDetector() *Detector {
	return &Detector{
		spectrum: newSpectrum(), network: newNetwork(),
		samples: make([]int16, overhang), // silence before the stream
	}
}

// Push takes the next samples and returns the probabilities of speech, 0 to 1,
// of the frames that are now known; see [FrameDetector].
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

// Flush ends the stream and returns the answers that are still owed.
func (d *Detector) Flush() ([]float32, error) {
	if d.ended {
		return nil, errEnded
	}
	d.answers, d.ended = d.answers[:0], true
	// Silence follows, as far as the network looks ahead.
	d.samples = append(d.samples, make([]int16, (lookAhead+1)*hopSize+windowSize)...)
	d.hear()
	frames := (d.pushed + FrameSize - 1) / FrameSize
	extra := max(d.given-frames, 0)
	d.answers = d.answers[:int64(len(d.answers))-extra]
	return d.answers, nil
}

// Close is there for the contract; see [FrameDetector].
func (d *Detector) Close() {}

// hear lets the network hear all windows that are whole.
func (d *Detector) hear() {
	rest := d.samples
	for ; len(rest) >= windowSize; rest = rest[hopSize:] {
		speech := d.window(rest[:windowSize])
		if d.heard++; d.heard <= lookAhead {
			continue
		}
		for range framesOfHop {
			d.answers = append(d.answers, speech)
			d.given++
		}
	}
	d.samples = append(d.samples[:0], rest...)
}

// window is the answer after the next window.
func (d *Detector) window(window []int16) float32 {
	if d.silent++; !silent(window) {
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

func silent(samples []int16) bool {
	for _, v := range samples {
		if v < -faintest || v > faintest {
			return false
		}
	}
	return true
}
