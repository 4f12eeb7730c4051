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
	// speechWindow is the number of samples that Silero's network takes at a time:
	// 32 ms.
	speechWindow = 512
	// speechFrame is the number of samples per probability that SpeechDetector
	// returns: 10 ms.
	speechFrame = SampleRate / 100
)

// SpeechDetector detects speech in a stream with Silero's network, on a single CPU
// thread. The network keeps its state for the whole stream.
type SpeechDetector struct {
	ctx *C.struct_whisper_vad_context

	pushed  int64     // samples so far
	pending []float32 // an incomplete window
	windows []float32 // probabilities of windows that are still needed
	first   int64     // number of the first of these windows
	frame   int64     // next frame to return
	answers []float32 // of one Push, reused
}

// OpenSpeechDetector loads a Silero model in ggml format, such as
// ggml-silero-v6.2.0.bin. If the file is not one, the error wraps ErrNotModel.
func (l *Library) OpenSpeechDetector(path string) (*SpeechDetector, error) {
	file, err := openSpeechModelFile(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	ctx, err := file.loadSpeechModel()
	if err != nil {
		return nil, err
	}
	C.whisper_vad_reset_state(ctx)
	return &SpeechDetector{ctx: ctx}, nil
}

// Push takes the next samples, 16 kHz mono, and returns the probabilities of speech
// that are ready, 0 to 1, one per frame of 10 ms, in order. The slice is valid until
// the next call.
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

// Flush ends the stream and returns the remaining probabilities. In total there is
// one per frame, including an incomplete last frame.
func (d *SpeechDetector) Flush() ([]float32, error) {
	if d.ctx == nil {
		return nil, ErrClosed
	}
	err := d.hear(d.pending) // the library pads the last window with silence
	d.pending = nil
	if err != nil {
		return nil, err
	}
	return d.answer(d.pushed + speechFrame - 1), nil
}

// hear runs the network on samples.
func (d *SpeechDetector) hear(samples []float32) error {
	if len(samples) == 0 {
		return nil
	}
	if !C.whisper_vad_detect_speech_no_reset(d.ctx, (*C.float)(unsafe.SliceData(samples)), C.int(len(samples))) {
		return fmt.Errorf("speech detection: libwhisper failed at %.2f s", float64(d.pushed)/SampleRate)
	}
	n := int(C.whisper_vad_n_probs(d.ctx))
	for _, p := range unsafe.Slice(C.whisper_vad_probs(d.ctx), n) {
		d.windows = append(d.windows, float32(probability(p)))
	}
	return nil
}

// answer returns the probabilities of all frames up to sample end. The probability
// of a frame is that of the window that contains its middle.
func (d *SpeechDetector) answer(end int64) []float32 {
	d.answers = d.answers[:0]
	for ; (d.frame+1)*speechFrame <= end; d.frame++ {
		window := (d.frame*speechFrame + speechFrame/2) / speechWindow
		window = min(window, d.first+int64(len(d.windows))-1) // the last frame may end after it
		d.answers = append(d.answers, d.windows[window-d.first])
	}
	if old := d.frame*speechFrame/speechWindow - d.first; old > 0 && old <= int64(len(d.windows)) {
		d.windows = append(d.windows[:0], d.windows[old:]...)
		d.first += old
	}
	return d.answers
}

// Reset returns to the start of a stream.
func (d *SpeechDetector) Reset() {
	if d.ctx != nil {
		C.whisper_vad_reset_state(d.ctx)
	}
	*d = SpeechDetector{ctx: d.ctx, answers: d.answers}
}

// Peak returns the highest probability of speech, 0 to 1, in any 32 ms of samples,
// 16 kHz mono, independently of a stream. It must not be mixed with Push, as it
// resets the network.
func (d *SpeechDetector) Peak(samples []int16) (float32, error) {
	if d.ctx == nil {
		return 0, ErrClosed
	}
	if len(samples) == 0 {
		return 0, nil
	}
	floats := make([]float32, len(samples))
	for i, s := range samples {
		floats[i] = float32(s) / (1 << 15)
	}
	if !C.whisper_vad_detect_speech(d.ctx, (*C.float)(unsafe.SliceData(floats)), C.int(len(floats))) {
		return 0, fmt.Errorf("speech detection: libwhisper failed on %.2f s of audio", float64(len(samples))/SampleRate)
	}
	n := int(C.whisper_vad_n_probs(d.ctx))
	return slices.Max(unsafe.Slice((*float32)(C.whisper_vad_probs(d.ctx)), n)), nil
}

// Close frees the network; it may be called twice.
func (d *SpeechDetector) Close() {
	C.whisper_vad_free(d.ctx)
	d.ctx = nil
}
