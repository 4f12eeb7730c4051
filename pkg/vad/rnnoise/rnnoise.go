// Package rnnoise detects speech and removes noise with RNNoise, a small recurrent
// network that needs no model file. It is the only package that uses the library.
package rnnoise

/*
#cgo LDFLAGS: -lrnnoise -lm
#include <rnnoise.h>
*/
import "C"

import "errors"

const (
	// SampleRate is the only rate that the network supports.
	SampleRate = 48000
	// FrameSize is the number of samples per frame: 10 ms.
	FrameSize = 480
)

// Delay is how late the output is, in samples: a frame of overlap, and since
// version 0.2 another of look-ahead (measured; version 0.1 is a frame earlier).
const Delay = 2 * FrameSize

// Network is the state of the network for one stream of audio.
type Network struct {
	state *C.DenoiseState
	in    [FrameSize]C.float
	out   [FrameSize]C.float
}

// New returns a network at the start of a stream.
func New() (*Network, error) {
	if n := C.rnnoise_get_frame_size(); n != FrameSize {
		return nil, errors.New("the frame size of this librnnoise is not 480; install version 0.1 or 0.2")
	}
	state := C.rnnoise_create(nil)
	if state == nil {
		return nil, errors.New("out of memory for rnnoise")
	}
	return &Network{state: state}, nil
}

// Process takes the next frame, 48 kHz mono in [-1, 1], and returns the
// probability of speech in it, 0 to 1. Unless denoised is nil, it receives the
// denoised audio, which is Delay samples late.
func (n *Network) Process(frame, denoised *[FrameSize]float32) float32 {
	const scale = 32768 // the library expects the range of 16-bit audio
	for i, s := range frame {
		n.in[i] = C.float(s * scale)
	}
	speech := float32(C.rnnoise_process_frame(n.state, &n.out[0], &n.in[0]))
	if denoised != nil {
		for i, s := range n.out {
			denoised[i] = float32(s) / scale
		}
	}
	return speech
}

// Close frees the state; it may be called twice.
func (n *Network) Close() {
	if n.state != nil {
		C.rnnoise_destroy(n.state)
		n.state = nil
	}
}
