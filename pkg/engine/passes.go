package engine

import (
	"context"
	"time"

	"voiceflow/pkg/whisper"
)

// maxTemperature is where the steps of TemperatureInc end.
const maxTemperature = 1 + 1e-6

// passes are the decodings of one piece of audio: mostly one.
type passes struct {
	engine  *Engine
	slot    *slot
	samples []float32
	before  Spoken

	params  whisper.Params // of the next
	best    *whisper.Result
	took    time.Duration // by all
	retries int
}

// run makes the passes that the audio needs. A doubtful result of a fitted window
// is decoded once more with a larger one, and a failure at higher temperatures.
// Where nothing convinces, the best is taken. With the error of a ctx that ended comes
// what the first pass had decoded of several windows, if anything.
func (p *passes) run(ctx context.Context) (*whisper.Result, error) {
	c := &p.engine.config
	if p.engine.greedy {
		p.params.BeamSize = 1
	}
	inc := c.TemperatureInc
	if p.long() {
		// Several windows, of which one may fail: the library sees which.
		p.params.TemperatureInc, inc = inc, 0
	}
	window := p.setWindow()
	p.slot.used++
	last, err := p.first(ctx)
	if err != nil {
		if last != nil {
			c.dropNonSpeech(last)
		}
		return last, err
	}
	if window > 0 && c.doubtful(last) {
		model := p.engine.model
		p.params.AudioContext = grow(window, model.WindowStep(), model.AudioContext())
		if last, err = p.again(ctx); err != nil {
			return nil, err
		}
	}
	for inc > 0 && (c.failed(last) || window > 0 && c.missed(last)) {
		if p.params.Temperature += inc; p.params.Temperature > maxTemperature {
			break
		}
		if last, err = p.again(ctx); err != nil {
			return nil, err
		}
	}
	p.best.Processing = p.took
	c.dropNonSpeech(p.best)
	return p.best, nil
}

// long reports whether the audio is more than one window, which the library goes
// through by itself.
func (p *passes) long() bool { return len(p.samples) > whisper.WindowSeconds*whisper.SampleRate }

// setWindow chooses the encoder's window, and returns its frames where it was
// fitted to the audio, else 0.
func (p *passes) setWindow() int {
	if p.engine.config.Context != Fitted {
		p.params.AudioContext = p.engine.config.Context
		return 0
	}
	window := fitContext(len(p.samples), p.engine.model.WindowStep())
	if window >= p.engine.model.AudioContext() {
		return 0
	}
	p.params.AudioContext = window
	return window
}

// first decodes in the language that is expected, and where the model hears
// another one, in that.
func (p *passes) first(ctx context.Context) (*whisper.Result, error) {
	c := &p.engine.config
	if len(c.Languages) > 0 {
		p.params.Language = p.engine.expected(p.before)
		if p.long() {
			p.params.Language = whisper.LanguageAuto // the model is not asked; the library finds out
		}
	}
	r, err := p.pass(ctx)
	if err != nil {
		return r, err
	}
	language := c.language(r.Languages, p.before)
	if p.long() && !c.mayBe(r.Language) {
		language = c.Languages[0] // the library chose among all languages
	}
	if language != "" && language != p.params.Language {
		p.params.Language = language
		if r, err = p.pass(ctx); err != nil {
			return nil, err
		}
	}
	if len(c.Languages) > 0 {
		p.engine.spoken.Store(r.Language)
	}
	p.best = r
	return r, nil
}

// again is a further pass, whose result is kept if it is better.
func (p *passes) again(ctx context.Context) (*whisper.Result, error) {
	r, err := p.pass(ctx)
	if err != nil {
		return nil, err
	}
	p.retries++
	if c := &p.engine.config; c.better(r, p.best) || !c.doubtful(r) {
		p.best = r
	}
	return r, nil
}

func (p *passes) pass(ctx context.Context) (*whisper.Result, error) {
	r, err := p.slot.recogniser.Transcribe(ctx, p.samples, p.params)
	if err != nil {
		return r, err
	}
	p.took += r.Processing
	return r, nil
}
