package engine

import (
	"context"
	"time"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// maxTemperature is where the steps of TemperatureInc end.
const maxTemperature = 1 + 1e-6

// passes are the decodings of one piece of audio: mostly one.
type passes struct {
	engine *Engine
	slot   *slot
	sound  Sound
	before Spoken
	rest   bool // a part of what was decoded before, in the language found there

	params    whisper.Params // of the next
	best      *whisper.Result
	took      time.Duration // by all
	retries   int
	repeated  bool // the text says the same again and again, and rightly so
	uncovered []align.Span
	vain      []align.Span // decoded again without success
	dropped   []whisper.Segment
}

// run makes the passes that the audio needs, and those that what is then without
// words needs. With the error of a ctx that ended comes what the first pass had decoded
// of several windows, if anything.
func (p *passes) run(ctx context.Context) (*whisper.Result, error) {
	if p.engine.greedy {
		p.params.BeamSize = 1
	}
	if err := p.decode(ctx); err != nil {
		if p.best != nil {
			p.drop()
		}
		return p.best, err
	}
	if err := p.breakLoop(ctx); err != nil {
		return nil, err
	}
	p.drop()
	if err := p.sayEach(ctx); err != nil {
		return nil, err
	}
	if err := p.cover(ctx); err != nil {
		return nil, err
	}
	p.best.Processing = p.took
	return p.best, nil
}

// decode decodes the audio until a result convinces. A doubtful result of a fitted
// window is decoded once more with a larger one, and a failure at higher temperatures.
// Where nothing convinces, the best is taken. What is said again and again is not a
// failure if it was heard twice.
func (p *passes) decode(ctx context.Context) error {
	c := &p.engine.config
	inc := c.TemperatureInc
	if p.long() {
		// Several windows, of which one may fail: the library sees which.
		p.params.TemperatureInc, inc = inc, 0
	}
	window := p.setWindow()
	p.slot.used++
	last, err := p.first(ctx)
	if err != nil {
		p.best = last
		return err
	}
	if window > 0 && c.doubtful(last) {
		model := p.engine.model
		p.params.AudioContext = grow(window, model.WindowStep(), model.AudioContext())
		if last, err = p.again(ctx); err != nil {
			return err
		}
	}
	for inc > 0 && !p.repeated && !p.breakable() && (c.failed(last) || window > 0 && c.missed(last)) {
		if p.params.Temperature += inc; p.params.Temperature > maxTemperature {
			break
		}
		if last, err = p.again(ctx); err != nil {
			return err
		}
	}
	return nil
}

// breakable reports whether the best text is good up to a loop.
func (p *passes) breakable() bool {
	l, found := findLoop(wordsOf(p.best.Segments))
	return found && l.from > 0 && !p.rest
}

// long reports whether the audio is more than one window, which the library goes
// through by itself.
func (p *passes) long() bool { return len(p.sound.Samples) > whisper.WindowSeconds*whisper.SampleRate }

// setWindow chooses the encoder's window, and returns its frames where it was
// fitted to the audio, else 0.
func (p *passes) setWindow() int {
	if p.engine.config.Context != Fitted {
		p.params.AudioContext = p.engine.config.Context
		return 0
	}
	window := fitContext(len(p.sound.Samples), p.engine.model.WindowStep())
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
	if p.rest {
		r, err := p.pass(ctx)
		p.best = r
		return r, err
	}
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
	before := p.best
	r, err := p.pass(ctx)
	if err != nil {
		return nil, err
	}
	p.retries++
	if p.sameLoop(before, r) {
		p.repeated = true
		return r, nil
	}
	if c := &p.engine.config; c.better(r, p.best) || !c.doubtful(r) {
		p.best = r
	}
	return r, nil
}

func (p *passes) pass(ctx context.Context) (*whisper.Result, error) {
	r, err := p.slot.recogniser.Transcribe(ctx, p.sound.Samples, p.params)
	if err != nil {
		return r, err
	}
	p.took += r.Processing
	return r, nil
}
