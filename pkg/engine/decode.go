package engine

import (
	"context"

	"voiceflow/pkg/engine/align"
)

// Sound is audio to recognise.
type Sound struct {
	Samples []float32 // in [-1, 1], 16 kHz, mono
	// Voice lists the stretches with a voice, without longer pauses, in seconds; nil if no
	// detector has run. The text should have words for all of it.
	Voice []align.Span
}

// Decode waits for a free recogniser, recognises the sound by the engine's policy and returns
// the text. before, the languages spoken earlier in the same recording, helps to detect the
// language.
//
// If ctx ends, the error is ctx's; the result then holds what was decoded of audio longer than
// one window, or is nil. Otherwise the error wraps ErrMemory, or says that even a reloaded
// model cannot decode the audio.
func (e *Engine) Decode(ctx context.Context, sound Sound, before Spoken) (*Result, error) {
	for tries := 1; ; tries++ {
		result, generation, err := e.attempt(ctx, sound, before)
		if err == nil {
			e.resetFailures()
			e.pace.wait(ctx)
			return result, e.checkMemory()
		}
		if ctx.Err() != nil {
			return result, ctx.Err()
		}
		if err := e.recover(ctx, generation, tries, err); err != nil {
			return nil, err
		}
	}
}

// attempt decodes with the first free recogniser and returns the generation of the model that
// it used.
func (e *Engine) attempt(ctx context.Context, sound Sound, before Spoken) (*Result, int, error) {
	var s *slot
	select {
	case s = <-e.slots:
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
	defer func() { e.slots <- s }()
	e.gate.RLock()
	defer e.gate.RUnlock()
	if err := e.prepare(s); err != nil {
		return nil, e.generation, err
	}
	p := &passes{engine: e, slot: s, sound: sound, before: before, params: e.config.Params}
	result, err := p.run(ctx)
	if err != nil {
		s.empty() // the next attempt gets a fresh one
	}
	if result == nil {
		return nil, e.generation, err
	}
	return &Result{
		Result: result, Retries: p.retries, Uncovered: p.uncovered, Dropped: p.dropped,
		Model: e.model.Name(), Device: e.model.Device(), Degraded: e.degraded,
	}, e.generation, err
}

// prepare makes sure that the slot has a recogniser that is not due for replacement.
func (e *Engine) prepare(s *slot) error {
	if n := e.config.RefreshEvery; n > 0 && s.decodings >= n {
		s.empty()
		e.mu.Lock()
		e.refreshes++
		e.mu.Unlock()
	}
	return s.fill(e.model, e.generation)
}
