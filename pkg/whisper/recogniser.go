package whisper

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	binding "github.com/ggerganov/whisper.cpp/bindings/go"
)

// SampleRate of all audio, in samples per second.
const SampleRate = binding.SampleRate

const (
	// framesPerSecond is the encoder's rate: one frame for 20 ms of audio.
	framesPerSecond = 50
	// minSamples is what the library wants at least; shorter audio is padded
	// with silence, so that a short word is heard and not dropped.
	minSamples = SampleRate
)

// Params says how to decode. The zero value is greedy decoding of English at
// temperature 0 with the full context.
type Params struct {
	Language string // ISO 639-1 code or "auto"; empty is "en"
	Threads  int    // 0: one for each processor, 8 at most
	BeamSize int    // beams searched; 0 and 1 decode greedily
	Prompt   string // text that the model believes was said before

	// AudioContext shortens the encoder's window to this many frames of 20 ms,
	// which saves time on short audio; 0 is the full window. It is ignored
	// for audio that would not fit.
	AudioContext int
}

// Recogniser is a decoding state over a model's weights. Its calls must not
// overlap; nothing of one call's audio or text is left to the next.
type Recogniser struct {
	model *Model

	mu     sync.Mutex
	state  *C.struct_whisper_state
	busy   bool // a library call is under way, perhaps a cancelled one
	closed bool
}

// Transcribe decodes the samples (float32 in [-1, 1], 16 kHz, mono) and waits
// for the text. When ctx is cancelled it returns ctx's error within a moment:
// the library stops between two steps of its decoder, but cannot stop within
// its encoder, so a big model may be at work in the background for a while
// longer and the recogniser answers ErrBusy until then.
func (r *Recogniser) Transcribe(ctx context.Context, samples []float32, p Params) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	params, audioContext, err := r.params(p, len(samples))
	if err != nil {
		return nil, err
	}
	if len(samples) == 0 {
		return &Result{Language: p.Language}, nil
	}
	if err := r.begin(); err != nil {
		return nil, err
	}
	d := &decoding{recogniser: r, params: params, prompt: p.Prompt, samples: padded(samples), ended: make(chan struct{})}
	started := time.Now()
	go d.run()
	select {
	case <-d.ended:
	case <-ctx.Done():
		d.cancelled.Store(1)
		return nil, ctx.Err()
	}
	if d.code != 0 {
		return nil, fmt.Errorf("model %s on %s: %w", r.model.name, r.model.device, &DecodeError{Code: d.code})
	}
	d.result.Duration = seconds(len(samples))
	d.result.Processing = time.Since(started)
	d.result.AudioContext = audioContext
	d.result.clampTimes()
	return d.result, nil
}

// begin marks the recogniser as busy.
func (r *Recogniser) begin() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return fmt.Errorf("recogniser of %s: %w", r.model.name, ErrClosed)
	case r.busy:
		return fmt.Errorf("model %s: %w", r.model.name, ErrBusy)
	}
	r.busy = true
	return nil
}

// Close frees the state. With a cancelled call still at work in the library
// the memory is freed when that ends; Close does not wait for it.
func (r *Recogniser) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.freeIdle()
}

func (r *Recogniser) freeIdle() {
	if r.closed && !r.busy && r.state != nil {
		C.whisper_free_state(r.state)
		r.state = nil
		r.model.release()
	}
}

// decoding is one call into the library. It owns all that the library reads,
// because a cancelled call outlives Transcribe.
type decoding struct {
	recogniser *Recogniser
	params     *binding.Params // apart: cgo checks all of the object that it is in
	prompt     string
	samples    []float32
	cancelled  atomic.Int32 // read by the library's abort callback

	ended  chan struct{}
	code   int
	result *Result
}

func (d *decoding) run() {
	r := d.recogniser
	params := (*C.struct_whisper_full_params)(unsafe.Pointer(d.params))
	if d.prompt != "" {
		prompt := C.CString(d.prompt)
		defer C.free(unsafe.Pointer(prompt))
		params.initial_prompt = prompt
	}
	d.code = int(C.vf_decode(r.model.ctx, r.state, params,
		(*C.int32_t)(unsafe.Pointer(&d.cancelled)), (*C.float)(&d.samples[0]), C.int(len(d.samples))))
	if d.code == 0 {
		d.result = readResult(r.model.ctx, r.state)
	}
	r.mu.Lock()
	r.busy = false
	r.freeIdle()
	r.mu.Unlock()
	close(d.ended)
}

// params fills the library's parameters, by the binding's setters where it has
// them.
func (r *Recogniser) params(p Params, samples int) (*binding.Params, int, error) {
	strategy := binding.SAMPLING_GREEDY
	if p.BeamSize > 1 {
		strategy = binding.SAMPLING_BEAM_SEARCH
	}
	ctx := r.model.bound()
	params := ctx.Whisper_full_default_params(strategy)
	c := (*C.struct_whisper_full_params)(unsafe.Pointer(&params))
	params.SetPrintProgress(false)
	params.SetPrintTimestamps(false)
	params.SetNoContext(true) // no text of an earlier call, or window, leaks into this one
	params.SetThreads(threads(p.Threads))
	params.SetTemperature(0)
	// One pass: another at a higher temperature is the caller's decision, who
	// then knows which temperature the text came from.
	params.SetTemperatureFallback(0)
	c.greedy.best_of = 1
	c.beam_search.beam_size = C.int(max(p.BeamSize, 1))

	id, err := r.model.language(p.Language)
	if err != nil {
		return nil, 0, err
	}
	if id < 0 {
		c.language = nil // the library finds out
	} else if err := params.SetLanguage(id); err != nil {
		return nil, 0, fmt.Errorf("%w: %q: %w", ErrLanguage, p.Language, err)
	}
	audioContext := p.AudioContext
	if audioContext <= 0 || audioContext > r.model.AudioContext() || samples*framesPerSecond > audioContext*SampleRate {
		audioContext = r.model.AudioContext()
	}
	params.SetAudioCtx(audioContext)
	return &params, audioContext, nil
}

func threads(wanted int) int {
	if wanted > 0 {
		return wanted
	}
	return min(runtime.NumCPU(), 8)
}

// padded copies the samples, because a cancelled call outlives the caller's
// use of its slice, and fills up with silence what is too short.
func padded(samples []float32) []float32 {
	out := make([]float32, max(len(samples), minSamples))
	copy(out, samples)
	return out
}

func seconds(samples int) float64 { return float64(samples) / SampleRate }
