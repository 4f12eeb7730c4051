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
	"runtime/cgo"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	binding "github.com/ggerganov/whisper.cpp/bindings/go"
)

// SampleRate is the rate of all audio, in samples per second.
const SampleRate = binding.SampleRate

const (
	// framesPerSecond is the encoder's frame rate: 20 ms per frame.
	framesPerSecond = 50
	// minSamples is the least the library accepts. Shorter audio is padded with
	// silence, so that short words are not dropped.
	minSamples = SampleRate
	// stateFreed is the library's code for running out of memory, in which case it
	// has already freed the state.
	stateFreed = -7
)

// Recogniser is a decoding state that uses a model's weights. Its calls must not
// overlap. No audio or text of one call affects the next.
type Recogniser struct {
	model *Model
	work  chan *decoding // closed when the last call has ended

	mu     sync.Mutex
	state  *C.struct_whisper_state
	busy   bool // a call into the library is running, perhaps a cancelled one
	closed bool
}

// loop makes all calls into the library from one thread. libgomp keeps a team of
// helper threads for every thread that calls it, and creates a new one whenever the
// caller changes. The thread and its team end with the recogniser.
func (r *Recogniser) loop() {
	runtime.LockOSThread()
	for d := range r.work {
		d.run()
	}
}

// Transcribe decodes the samples (float32 in [-1, 1], 16 kHz, mono) and waits for
// the result.
//
// If ctx is cancelled, it returns immediately with ctx's error. The library can stop
// between steps of its decoder, but not in its encoder, so a large model may keep
// working in the background for a while; until then the recogniser returns ErrBusy.
// If the audio is longer than WindowSeconds and segments have already been decoded,
// they are returned along with ctx's error; otherwise the result is nil.
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
	r.work <- d // does not block: loop is idle, as the recogniser was not busy
	select {
	case <-d.ended:
	case <-ctx.Done():
		d.cancelled.Store(1)
		return d.partial(len(samples), started), ctx.Err()
	}
	if d.code != 0 {
		return nil, fmt.Errorf("model %s on %s: %w", r.model.name, r.model.Device(), &DecodeError{Code: d.code})
	}
	if d.result.undefined {
		return nil, fmt.Errorf("model %s on %s: %w", r.model.name, r.model.Device(), ErrUndefined)
	}
	d.result.Duration = seconds(len(samples))
	d.result.Processing = time.Since(started)
	d.result.AudioContext = audioContext
	d.result.Temperature = p.Temperature
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

// Close frees the state. If a cancelled call is still running in the library, the
// memory is freed when it ends; Close does not wait for it.
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
		close(r.work)
		r.model.release()
	}
}

// decoding is one call into the library. It owns everything that the library reads,
// because a cancelled call outlives Transcribe.
type decoding struct {
	recogniser *Recogniser
	params     *binding.Params // a separate object, as cgo checks the whole object for pointers
	prompt     string
	samples    []float32
	cancelled  atomic.Int32 // read by the library's abort callback

	ended  chan struct{}
	code   int
	result *Result

	mu    sync.Mutex
	soFar Result // segments decoded so far, if the audio is longer than WindowSeconds
}

// partial returns the segments decoded so far as a result, or nil if there are none.
func (d *decoding) partial(samples int, started time.Time) *Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.soFar.Segments) == 0 {
		return nil
	}
	r := d.soFar
	r.Segments = slices.Clone(r.Segments) // the library may add another
	r.Duration, r.Processing = seconds(samples), time.Since(started)
	r.clampTimes()
	return &r
}

// goSegments is called by the library, on the thread of run, when it has decoded n
// more segments.
//
//export goSegments
func goSegments(ctx *C.struct_whisper_context, state *C.struct_whisper_state, n C.int, handle C.uintptr_t) {
	defer func() { _ = recover() }() // a panic must not unwind into C
	d := cgo.Handle(handle).Value().(*decoding)
	params := (*C.struct_whisper_full_params)(unsafe.Pointer(d.params))
	r := readResult(ctx, state, C.whisper_full_n_segments_from_state(state)-n, bool(params.token_timestamps))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.soFar.Language = r.Language
	d.soFar.Segments = append(d.soFar.Segments, r.Segments...)
}

func (d *decoding) run() {
	r := d.recogniser
	params := (*C.struct_whisper_full_params)(unsafe.Pointer(d.params))
	if d.prompt != "" {
		prompt := C.CString(d.prompt)
		defer C.free(unsafe.Pointer(prompt))
		params.initial_prompt = prompt
	}
	if params.language == nil {
		// The library detects the language with the window of the previous call,
		// which must not affect this one.
		C.vf_set_window(r.model.ctx, r.state, params.audio_ctx)
	}
	severalWindows := len(d.samples) > WindowSeconds*SampleRate
	var handle cgo.Handle // for goSegments
	if severalWindows {
		handle = cgo.NewHandle(d)
		defer handle.Delete()
	}
	cancelled := (*C.int32_t)(unsafe.Pointer(&d.cancelled))
	d.code = int(C.vf_decode(r.model.ctx, r.state, params, cancelled, C.uintptr_t(handle),
		(*C.float)(&d.samples[0]), C.int(len(d.samples))))
	if d.code == 0 {
		d.result = readResult(r.model.ctx, r.state, 0, bool(params.token_timestamps))
		if !severalWindows {
			r.addProbabilities(d.result, params.n_threads)
		}
	}
	r.mu.Lock()
	r.busy = false
	if d.code == stateFreed {
		r.closed, r.state = true, nil
		close(r.work)
		r.model.release()
	}
	r.freeIdle()
	r.mu.Unlock()
	close(d.ended)
}

// padded copies the samples, because a cancelled call may outlive the caller's use
// of its slice, and pads short audio with silence.
func padded(samples []float32) []float32 {
	out := make([]float32, max(len(samples), minSamples))
	copy(out, samples)
	return out
}

func seconds(samples int) float64 { return float64(samples) / SampleRate }
