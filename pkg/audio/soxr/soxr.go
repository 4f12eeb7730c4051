// Package soxr changes the sample rate of audio with libsoxr, the SoX
// Resampler library. It is the only package that uses the library.
//
// It handles mono streams of float32 samples, not files, formats or channels.
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

// maxRatio limits the ratio of the two rates: libsoxr's memory use grows with it.
const maxRatio = 256

// Resampler converts one stream from one sample rate to another at libsoxr's
// high quality: 20 bits, keeping 91 % of the bandwidth. It is not safe for
// concurrent use.
//
// The filters look ahead, so output comes only after some more input: from 16 kHz
// to 48 kHz in blocks of 160 samples it lags 97 to 586 input samples (6 to 37 ms)
// behind. The output is never shifted: output sample n is always the signal at
// n/outRate seconds.
type Resampler struct {
	handle C.soxr_t
	ratio  float64 // of the output rate to the input rate
	ended  bool    // Flush was called
}

// New returns a resampler from inRate to outRate, both in samples per second
// and differing by a factor of at most 256. Close frees it.
func New(inRate, outRate float64) (*Resampler, error) {
	ratio := outRate / inRate
	if !(inRate > 0 && outRate > 0 && ratio >= 1.0/maxRatio && ratio <= maxRatio) {
		return nil, fmt.Errorf("resample %g Hz to %g Hz: the rates must be positive and differ by a factor of at most %d",
			inRate, outRate, maxRatio)
	}
	runtime := C.soxr_runtime_spec(1) // one thread
	spec := C.soxr_quality_spec(C.SOXR_HQ, 0)
	var failure C.soxr_error_t
	handle := C.soxr_create(C.double(inRate), C.double(outRate), 1, &failure, nil, &spec, &runtime)
	if failure != nil {
		return nil, fmt.Errorf("resample %g Hz to %g Hz: %s", inRate, outRate, C.GoString(failure))
	}
	return &Resampler{handle: handle, ratio: ratio}, nil
}

// Process feeds the next samples of the stream, appends the output that is
// ready to dst and returns the extended slice.
func (r *Resampler) Process(dst, src []float32) ([]float32, error) {
	if r.handle == nil || r.ended {
		return dst, errors.New("resample: the stream has ended")
	}
	if len(src) == 0 {
		return dst, nil
	}
	return r.run(dst, src)
}

// Flush ends the stream: it appends the remaining output to dst and returns the
// extended slice. The whole output is then as long as the input, to the nearest
// sample of the output rate.
func (r *Resampler) Flush(dst []float32) ([]float32, error) {
	if r.handle == nil || r.ended {
		return dst, errors.New("resample: the stream has ended")
	}
	r.ended = true
	return r.run(dst, nil)
}

// run calls the library until it has taken all of src and has no more output. An
// empty src tells the library that the stream has ended.
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
