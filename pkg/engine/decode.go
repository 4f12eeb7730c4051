package engine

import (
	"context"

	"voiceflow/pkg/whisper"
)

// maxTemperature is where the steps of TemperatureInc end.
const maxTemperature = 1 + 1e-6

// Decode recognises the samples (float32 in [-1, 1], 16 kHz, mono) by the
// engine's policy, and waits for a recogniser and for the text. The language is
// that of the configuration where it is empty. Its error is
// ctx's, or that the audio cannot be decoded even by a model loaded anew, or
// wraps ErrMemory.
func (e *Engine) Decode(ctx context.Context, samples []float32, language string) (*Result, error) {
	for tries := 1; ; tries++ {
		result, generation, err := e.attempt(ctx, samples, language)
		if err == nil {
			e.forgive()
			e.pace.wait(ctx)
			return result, e.checkMemory()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := e.recover(ctx, generation, tries, err); err != nil {
			return nil, err
		}
	}
}

// attempt decodes with the first recogniser that has time, and says which
// generation of the model it was.
func (e *Engine) attempt(ctx context.Context, samples []float32, language string) (*Result, int, error) {
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
	result, retries, err := e.decode(ctx, s, samples, language)
	if err != nil {
		s.empty() // the next try has a fresh state
		return nil, e.generation, err
	}
	return &Result{
		Result: result, Retries: retries,
		Model: e.model.Name(), Device: e.model.Device(), Degraded: e.degraded,
	}, e.generation, nil
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

// decode is one decoding with its retries: a doubtful result of a fitted window
// is decoded with the full one, and a failure at higher temperatures. Where
// nothing convinces, the best is taken.
func (e *Engine) decode(ctx context.Context, s *slot, samples []float32, language string) (best *whisper.Result, retries int, err error) {
	p := e.config.Params
	if language != "" {
		p.Language = language
	}
	if e.greedy {
		p.BeamSize = 1
	}
	context := fitContext(len(samples), e.model.WindowStep())
	fitted := e.config.Context == Fitted && context < e.model.AudioContext()
	switch {
	case fitted:
		p.AudioContext = context
	case e.config.Context > 0:
		p.AudioContext = e.config.Context
	}
	inc := e.config.TemperatureInc
	if len(samples) > whisper.WindowSeconds*whisper.SampleRate {
		// Several windows, of which one may fail: the library sees which.
		p.TemperatureInc, inc = inc, 0
	}
	if best, err = s.recogniser.Transcribe(ctx, samples, p); err != nil {
		return nil, 0, err
	}
	s.used++
	total := best.Processing
	again := func() (*whisper.Result, error) {
		r, err := s.recogniser.Transcribe(ctx, samples, p)
		if err != nil {
			return nil, err
		}
		retries++
		total += r.Processing
		if e.config.better(r, best) || !e.config.failed(r) {
			best = r
		}
		return r, nil
	}
	last := best
	if fitted && e.config.doubtful(best) {
		p.AudioContext = 0
		if last, err = again(); err != nil {
			return nil, 0, err
		}
	}
	for inc > 0 && e.config.failed(last) {
		if p.Temperature += inc; p.Temperature > maxTemperature {
			break
		}
		if last, err = again(); err != nil {
			return nil, 0, err
		}
	}
	best.Processing = total
	return best, retries, nil
}
