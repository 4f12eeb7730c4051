package engine

import (
	"context"
	"errors"
	"fmt"

	"voiceflow/internal/wait"
	"voiceflow/pkg/whisper"
)

// maxFailures is how many failures in a row are more than bad luck and make the engine reload
// the model.
const maxFailures = 3

// recover repairs the engine after a failed decoding so that the decoding can be tried again,
// or returns the error that ends it. The first failures get a fresh recogniser; after that, the
// model is reloaded after a pause. If it still fails, the engine gives up the GPU, and then
// beam search. If the reloaded model can decode something else, the audio is to blame, and only
// that audio fails.
func (e *Engine) recover(ctx context.Context, generation, tries int, cause error) error {
	e.gate.Lock()
	defer e.gate.Unlock()
	if e.generation != generation {
		return nil // another failed decoding has already recovered
	}
	if errors.Is(cause, whisper.ErrUndefined) {
		return e.recoverUndefined(cause)
	}
	failures, reloaded := e.countFailure()
	e.log.Warn().Int("failures", failures).Msgf("decoding failed: %v", cause)
	switch {
	case failures < maxFailures && tries < maxFailures:
		return nil
	case failures < maxFailures:
		return cause // others succeed in the meantime
	case !reloaded:
		return e.reload(ctx, cause)
	}
	if err := e.probe(ctx); err == nil {
		e.resetFailures()
		return fmt.Errorf("%w; other audio can be decoded", cause)
	}
	return e.degrade(ctx, cause)
}

// recoverUndefined gives up a GPU, which may compute wrongly or in too narrow numbers. On the
// CPU the model is damaged, and nothing helps.
func (e *Engine) recoverUndefined(cause error) error {
	if !e.model.OnGPU() {
		return cause
	}
	e.device = whisper.DeviceCPU
	e.giveUp("gpu -> cpu")
	if err := e.load(); err != nil {
		return fmt.Errorf("%w, and the model cannot be loaded on the CPU: %w", cause, err)
	}
	return nil
}

// countFailure counts a failure and returns how many there have been in a row, and whether the
// model has been reloaded since the first of them.
func (e *Engine) countFailure() (failures int, reloaded bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures++
	reloaded = e.reloaded
	e.reloaded = e.failures >= maxFailures
	return e.failures, reloaded
}

// resetFailures resets the count of failures.
func (e *Engine) resetFailures() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures, e.reloaded = 0, false
}

// reload loads the model again after a pause, during which a driver may recover.
func (e *Engine) reload(ctx context.Context, cause error) error {
	e.log.Warn().Msgf("%d failures in a row: reloading the model in %v", maxFailures, e.config.CoolDown)
	if err := wait.For(ctx, e.config.CoolDown); err != nil {
		return err
	}
	if err := e.load(); err != nil {
		e.log.Error().Msgf("cannot reload the model: %v", err)
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
		e.resetFailures() // the next audio gets a full set of attempts
		return cause
	}
	if err := e.load(); err != nil {
		return fmt.Errorf("%w, and the model cannot be reloaded: %w", cause, err)
	}
	return nil
}

func (e *Engine) giveUp(what string) {
	// Results share the slice, so it must not be modified.
	e.degraded = append(append([]string(nil), e.degraded...), what)
	e.log.Error().Msgf("the recogniser keeps failing: falling back (%s)", what)
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
