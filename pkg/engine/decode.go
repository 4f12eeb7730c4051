package engine

import (
	"context"

	"voiceflow/pkg/engine/align"
)

// Sound is what is to be recognised.
type Sound struct {
	Samples []float32 // in [-1, 1], 16 kHz, mono
	// Voice is where somebody is heard, in seconds of the samples, without longer
	// pauses; nil where nobody listened. The text is to have words for all of it.
	Voice []align.Span
}

// Decode recognises the sound by the
// engine's policy, and waits for a recogniser and for the text. What was spoken
// before in the same recording counts where the language is to be found. Its error is
// ctx's, then with what was decoded of audio of several windows, or nil; or that the
// audio cannot be decoded even by a model loaded again; or wraps ErrMemory.
func (e *Engine) Decode(ctx context.Context, sound Sound, before Spoken) (*Result, error) {
	for tries := 1; ; tries++ {
		result, generation, err := e.attempt(ctx, sound, before)
		if err == nil {
			e.forgive()
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

// attempt decodes with the first recogniser that has time, and returns which
// generation of the model it was.
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
		s.empty() // the next try has a fresh state
	}
	if result == nil {
		return nil, e.generation, err
	}
	return &Result{
		Result: result, Retries: p.retries, Uncovered: p.uncovered, Dropped: p.dropped,
		Model: e.model.Name(), Device: e.model.Device(), Degraded: e.degraded,
	}, e.generation, err
}

// prepare gives the slot a recogniser that is not worn out.
func (e *Engine) prepare(s *slot) error {
	if n := e.config.RefreshEvery; n > 0 && s.used >= n {
		s.empty()
		e.mu.Lock()
		e.refreshes++
		e.mu.Unlock()
	}
	return s.fill(e.model, e.generation)
}
