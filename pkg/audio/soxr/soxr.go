// Package soxr changes the sample rate of audio with libsoxr, the SoX
// Resampler library. It is the only package that knows the library.
//
// It handles mono streams of float32 samples; files, formats and channels are
// not its business.
package soxr

/*
#cgo pkg-config: soxr
#include <soxr.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// Quality is a trade of fidelity against delay. libsoxr's filters look ahead,
// so the output of a moment comes only after some more input; it is never
// shifted: output sample n is always the signal at n/outRate seconds.
type Quality int

const (
	// HQ is libsoxr's high quality, 20 bits, for recordings. Its output keeps
	// 91 % of the bandwidth. Raising 16 kHz to 48 kHz in blocks of 160 samples,
	// it is between 97 and 586 input samples (6 to 37 ms) behind.
	HQ Quality = iota
	// LQ is for live detection: 16 bits, 85 % of the bandwidth (6.8 kHz of
	// 16 kHz audio), in the shortest blocks that libsoxr works in. Raising
	// 16 kHz to 48 kHz in blocks of 160 samples, it is between 45 and 126
	// input samples (3 to 8 ms) behind, so that the output for a block is
	// complete when the next block is in.
	LQ
)

// maxRatio bounds the change of rate: libsoxr's memory grows with it.
const maxRatio = 256

// Resampler is one stream on its way from one sample rate to another. It is
// not for concurrent use.
type Resampler struct {
	handle C.soxr_t
	ratio  float64 // of the output rate to the input rate
	ended  bool    // by Flush
}

// New makes a resampler from inRate to outRate, both in samples per second and
// at most 256 times apart. Close frees it.
func New(inRate, outRate float64, quality Quality) (*Resampler, error) {
	ratio := outRate / inRate
	if !(inRate > 0 && outRate > 0 && ratio >= 1.0/maxRatio && ratio <= maxRatio) {
		return nil, fmt.Errorf("resample %g Hz to %g Hz: the rates must be positive and at most %d times apart", inRate, outRate, maxRatio)
	}
	runtime := C.soxr_runtime_spec(1) // one thread
	spec := C.soxr_quality_spec(C.SOXR_HQ, 0)
	if quality == LQ {
		spec = C.soxr_quality_spec(C.SOXR_LQ, 0)
		spec.passband_end = 0.85
		runtime.log2_min_dft_size, runtime.log2_large_dft_size = 8, 8
	}
	var failure C.soxr_error_t
	handle := C.soxr_create(C.double(inRate), C.double(outRate), 1, &failure, nil, &spec, &runtime)
	if failure != nil {
		return nil, fmt.Errorf("resample %g Hz to %g Hz: %s", inRate, outRate, C.GoString(failure))
	}
	return &Resampler{handle: handle, ratio: ratio}, nil
}

// Process takes all of src, the next samples of the stream, appends to dst the
// output that is ready, and returns the extended slice.
func (r *Resampler) Process(dst, src []float32) ([]float32, error) {
	if r.handle == nil || r.ended {
		return dst, errors.New("resample: the stream has ended")
	}
	if len(src) == 0 {
		return dst, nil
	}
	return r.run(dst, src)
}

// Flush ends the stream: it appends to dst what is still owed and returns the
// extended slice. The whole output is then as long as the input, to the
// nearest sample of the output rate.
func (r *Resampler) Flush(dst []float32) ([]float32, error) {
	if r.handle == nil || r.ended {
		return dst, errors.New("resample: the stream has ended")
	}
	r.ended = true
	return r.run(dst, nil)
}

// run calls the library until it has taken all of src and left room in dst;
// to the library, no src is the end of the stream.
func (r *Resampler) run(dst, src []float32) ([]float32, error) {
	for {
		dst = slices.Grow(dst, int(math.Ceil(float64(len(src))*r.ratio))+256)
		room := dst[len(dst):cap(dst)]
		var taken, made C.size_t
		failure := C.soxr_process(r.handle,
			C.soxr_in_t(unsafe.SliceData(src)), C.size_t(len(src)), &taken,
			C.soxr_out_t(unsafe.SliceData(room)), C.size_t(len(room)), &made)
		if failure != nil {
			return dst, fmt.Errorf("resample: %s", C.GoString(failure))
		}
		src = src[taken:]
		dst = dst[:len(dst)+int(made)]
		if len(src) == 0 && int(made) < len(room) {
			return dst, nil
		}
	}
}

// Close frees the resampler; it may be called twice.
func (r *Resampler) Close() {
	C.soxr_delete(r.handle)
	r.handle = nil
}
