package engine

import (
	"context"
	"fmt"

	"voiceflow/internal/wait"
	"voiceflow/pkg/whisper"
)

// maxFailures in a row are more than bad luck: the model is loaded again.
const maxFailures = 3

// recover puts the engine in order after a failed decoding, so that it can be
// tried again, or returns the error that ends it. The first failures get a
// fresh recogniser; then, after a pause, the model is loaded again; a model
// that fails even so is taken off the GPU, then off beam search. Where the
// fresh model decodes something else, the audio is to blame, and only that.
func (e *Engine) recover(ctx context.Context, generation, tries int, cause error) error {
	e.gate.Lock()
	defer e.gate.Unlock()
	if e.generation != generation {
		return nil // another decoding failed too, and saw to it
	}
	failures, reloaded := e.blame()
	e.log.Warn().Int("failures", failures).Msgf("decoding failed: %v", cause)
	switch {
	case failures < maxFailures && tries < maxFailures:
		return nil
	case failures < maxFailures:
		return cause // others go through meanwhile
	case !reloaded:
		return e.reload(ctx, cause)
	}
	if err := e.probe(ctx); err == nil {
		e.forgive()
		return fmt.Errorf("%w; the recogniser works on other audio", cause)
	}
	return e.degrade(ctx, cause)
}

// blame counts a failure and tells how many there were in a row, and whether
// the model was loaded again since they began.
func (e *Engine) blame() (failures int, reloaded bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures++
	reloaded = e.reloaded
	e.reloaded = e.failures >= maxFailures
	return e.failures, reloaded
}

// forgive begins the count of failures anew.
func (e *Engine) forgive() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures, e.reloaded = 0, false
}

// reload loads the model again after a pause, in which a driver may come back.
func (e *Engine) reload(ctx context.Context, cause error) error {
	e.log.Warn().Msgf("%d failures in a row: the model is loaded again in %v", maxFailures, e.config.CoolDown)
	if err := wait.For(ctx, e.config.CoolDown); err != nil {
		return err
	}
	if err := e.load(); err != nil {
		e.log.Error().Msgf("loading the model again: %v", err)
		return e.degrade(ctx, cause)
	}
	return nil
}

// degrade gives up the GPU or, on the CPU, beam search.
func (e *Engine) degrade(ctx context.Context, cause error) error {
	switch {
	case e.model.OnGPU():
		e.device = whisper.DeviceCPU
		e.giveUp("gpu -> cpu")
	case e.config.Params.BeamSize > 1 && !e.greedy:
		e.greedy = true
		e.giveUp("beam -> greedy")
	default:
		e.forgive() // the next audio may have better luck
		return cause
	}
	if err := e.load(); err != nil {
		return fmt.Errorf("%w, and the model does not load again: %w", cause, err)
	}
	return nil
}

func (e *Engine) giveUp(what string) {
	// Results share the slice: it is never written to again.
	e.degraded = append(append([]string(nil), e.degraded...), what)
	e.log.Error().Msgf("the recogniser keeps failing: going on with less (%s)", what)
}

// probe decodes half a second of silence with a recogniser of its own.
func (e *Engine) probe(ctx context.Context) error {
	r, err := e.model.NewRecogniser()
	if err != nil {
		return err
	}
	defer r.Close()
	p := e.config.Params
	p.AudioContext = contextFloor
	_, err = r.Transcribe(ctx, make([]float32, whisper.SampleRate/2), p)
	return err
}
