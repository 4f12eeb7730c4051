package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"fmt"
	"slices"
	"unsafe"
)

const (
	// speechWindow is the number of samples that Silero's network takes at a
	// time: 32 ms.
	speechWindow = 512
	// speechFrame is the number of samples of an answer of SpeechDetector: 10 ms.
	speechFrame = SampleRate / 100
)

// SpeechDetector hears speech in a stream with Silero's network, on the CPU in
// one thread. The network's memory goes through the whole stream.
type SpeechDetector struct {
	ctx *C.struct_whisper_vad_context

	pushed  int64     // samples in
	pending []float32 // not yet a window
	windows []float32 // answers of windows that frames still need
	first   int64     // number of the first of windows
	frame   int64     // to be answered next
	answers []float32 // of one Push, reused
}

// OpenSpeechDetector loads a Silero model in ggml's format, such as
// ggml-silero-v6.2.0.bin. A file that is none is ErrNotModel.
func (l *Library) OpenSpeechDetector(path string) (*SpeechDetector, error) {
	if err := checkSpeechModelFile(path); err != nil {
		return nil, err
	}
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	params := C.whisper_vad_default_context_params()
	params.n_threads, params.use_gpu = 1, false
	ctx := C.whisper_vad_init_from_file_with_params(cPath, params)
	if ctx == nil {
		return nil, fmt.Errorf("%w: %s: libwhisper refused it (--log-level verbose tells why)", ErrNotModel, path)
	}
	C.whisper_vad_reset_state(ctx)
	return &SpeechDetector{ctx: ctx}, nil
}

// Push takes the next samples, 16 kHz mono, and returns the probabilities of
// speech, 0 to 1, of the frames of 10 ms that are now known, in order. The slice
// is valid until the next call.
func (d *SpeechDetector) Push(samples []int16) ([]float32, error) {
	if d.ctx == nil {
		return nil, ErrClosed
	}
	d.pushed += int64(len(samples))
	for _, s := range samples {
		d.pending = append(d.pending, float32(s)/(1<<15))
	}
	whole := len(d.pending) / speechWindow * speechWindow
	if err := d.hear(d.pending[:whole]); err != nil {
		return nil, err
	}
	d.pending = append(d.pending[:0], d.pending[whole:]...)
	return d.answer(d.first*speechWindow + int64(len(d.windows))*speechWindow), nil
}

// Flush ends the stream and returns the answers that are still owed: with those
// before, one for each frame begun.
func (d *SpeechDetector) Flush() ([]float32, error) {
	if d.ctx == nil {
		return nil, ErrClosed
	}
	err := d.hear(d.pending) // the library fills the last window up with silence
	d.pending = nil
	if err != nil {
		return nil, err
	}
	return d.answer(d.pushed + speechFrame - 1), nil
}

// hear asks the network about samples.
func (d *SpeechDetector) hear(samples []float32) error {
	if len(samples) == 0 {
		return nil
	}
	if !C.whisper_vad_detect_speech_no_reset(d.ctx, (*C.float)(unsafe.SliceData(samples)), C.int(len(samples))) {
		return fmt.Errorf("speech detection: libwhisper failed in the 32 ms at %.2f s", float64(d.pushed)/SampleRate)
	}
	n := int(C.whisper_vad_n_probs(d.ctx))
	d.windows = append(d.windows, unsafe.Slice((*float32)(C.whisper_vad_probs(d.ctx)), n)...)
	return nil
}

// answer gives each frame that ends at a place or before the answer of the
// window that its middle is in.
func (d *SpeechDetector) answer(end int64) []float32 {
	d.answers = d.answers[:0]
	for ; (d.frame+1)*speechFrame <= end; d.frame++ {
		window := (d.frame*speechFrame + speechFrame/2) / speechWindow
		window = min(window, d.first+int64(len(d.windows))-1) // the end of the last frame may be beyond
		d.answers = append(d.answers, d.windows[window-d.first])
	}
	if old := d.frame*speechFrame/speechWindow - d.first; old > 0 && old <= int64(len(d.windows)) {
		d.windows = append(d.windows[:0], d.windows[old:]...)
		d.first += old
	}
	return d.answers
}

// Peak is the highest probability of speech, 0 to 1, in any 32 ms of samples,
// 16 kHz mono, that are heard by themselves. A detector that is asked this has
// no stream: it forgets what was pushed.
func (d *SpeechDetector) Peak(samples []int16) (float32, error) {
	if d.ctx == nil {
		return 0, ErrClosed
	}
	if len(samples) == 0 {
		return 0, nil
	}
	heard := make([]float32, len(samples))
	for i, s := range samples {
		heard[i] = float32(s) / (1 << 15)
	}
	if !C.whisper_vad_detect_speech(d.ctx, (*C.float)(unsafe.SliceData(heard)), C.int(len(heard))) {
		return 0, fmt.Errorf("speech detection: libwhisper failed in %.2f s of sound", float64(len(samples))/SampleRate)
	}
	n := int(C.whisper_vad_n_probs(d.ctx))
	return slices.Max(unsafe.Slice((*float32)(C.whisper_vad_probs(d.ctx)), n)), nil
}

// Close frees the network; it may be called twice.
func (d *SpeechDetector) Close() {
	C.whisper_vad_free(d.ctx)
	d.ctx = nil
}
