package engine

import (
	"context"
	"sync/atomic"

	"voiceflow/pkg/engine/align"
)

// Session decodes with settings of its own, on the engine's recognisers. It may be used by any
// number of goroutines.
type Session struct {
	engine   *Engine
	decoding Decoding
	spoken   atomic.Value // string: the language of the last result
}

// NewSession returns a session. It returns a whisper.ErrLanguage if the model does not support one
// of the languages.
func (e *Engine) NewSession(d Decoding) (*Session, error) {
	d.setDefaults()
	e.gate.RLock()
	defer e.gate.RUnlock()
	if err := d.checkLanguages(e.model); err != nil {
		return nil, err
	}
	return &Session{engine: e, decoding: d}, nil
}

// Language returns the code of the configured language, or "" if the language is detected.
func (s *Session) Language() string { return s.decoding.Spoken() }

// Sound is audio to recognise.
type Sound struct {
	Samples []float32 // in [-1, 1], 16 kHz, mono
	// Voice lists the stretches with a voice, without longer pauses, in seconds; nil if no
	// detector has run. The text should have words for all of it.
	Voice []align.Span
}

// Decode decodes with the engine's own settings; see [Session.Decode].
func (e *Engine) Decode(ctx context.Context, sound Sound, before Spoken) (*Result, error) {
	return e.standard.Decode(ctx, sound, before)
}

// Decode waits for a free recogniser, recognises the sound by the engine's policy and returns
// the text. before, the languages spoken earlier in the same recording, helps to detect the
// language.
//
// If ctx ends, the error is ctx's; the result then holds what was decoded of audio longer than
// one window, or is nil. Otherwise the error wraps ErrMemory or
// whisper.ErrUndefined, both of which end the work, or says that even a reloaded model cannot decode
// the audio.
func (s *Session) Decode(ctx context.Context, sound Sound, before Spoken) (*Result, error) {
	e := s.engine
	for tries := 1; ; tries++ {
		result, generation, err := e.attempt(ctx, s, sound, before)
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
func (e *Engine) attempt(ctx context.Context, session *Session, sound Sound, before Spoken) (*Result, int, error) {
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
	p := &passes{engine: e, session: session, slot: s, sound: sound, before: before, params: session.decoding.Params}
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
