// Package rnnoise hears speech with RNNoise, a small recurrent network that
// needs no model file. It is the only package that knows the library.
package rnnoise

/*
#cgo LDFLAGS: -lrnnoise -lm
#include <rnnoise.h>
*/
import "C"

import "errors"

const (
	// SampleRate is the only one that the network was trained for.
	SampleRate = 48000
	// FrameSize is the number of samples that the network takes at a time: 10 ms.
	FrameSize = 480
)

// Detector is the network's state over one stream of audio.
type Detector struct {
	state *C.DenoiseState
	in    [FrameSize]C.float
	out   [FrameSize]C.float // the denoised audio, which the library insists on
}

// New makes a detector at the start of a stream.
func New() (*Detector, error) {
	if n := C.rnnoise_get_frame_size(); n != FrameSize {
		return nil, errors.New("this librnnoise has another frame size than 480; install version 0.1 or 0.2")
	}
	state := C.rnnoise_create(nil)
	if state == nil {
		return nil, errors.New("no memory for rnnoise")
	}
	return &Detector{state: state}, nil
}

// Process takes the next frame, 48 kHz mono in [-1, 1], and returns the
// probability, 0 to 1, that somebody speaks in it.
func (d *Detector) Process(frame *[FrameSize]float32) float32 {
	for i, s := range frame {
		d.in[i] = C.float(s * 32768) // the library counts as 16-bit audio does
	}
	return float32(C.rnnoise_process_frame(d.state, &d.out[0], &d.in[0]))
}

// Close frees the state; it may be called twice.
func (d *Detector) Close() {
	if d.state != nil {
		C.rnnoise_destroy(d.state)
		d.state = nil
	}
}
