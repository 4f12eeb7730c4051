package engine

import (
	"context"
	"time"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// maxTemperature ends the steps of TemperatureInc; the excess allows for rounding.
const maxTemperature = 1 + 1e-6

// passes are the decodings of one piece of audio, usually just one.
type passes struct {
	engine  *Engine
	session *Session
	slot    *slot
	sound   Sound
	before  Spoken
	rest    bool // this is a part of audio already decoded; its language is known

	params      whisper.Params // of the next pass
	best        *whisper.Result
	took        time.Duration // by all passes
	retries     int
	repeated    bool // the text repeats itself, and so does the speaker
	uncovered   []align.Span
	failedSpans []align.Span // decoded again without success
	dropped     []whisper.Segment
}

// run makes the passes that the audio needs, then those for voice without words. If ctx ends,
// it returns ctx's error and, for audio longer than one window, whatever the first pass had
// decoded.
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
	if err := p.decodePhrases(ctx); err != nil {
		return nil, err
	}
	if err := p.cover(ctx); err != nil {
		return nil, err
	}
	p.best.Processing = p.took
	return p.best, nil
}

// decode decodes the audio until a result is convincing. A doubtful result of a fitted window
// is decoded once more with a larger window, and a failure at higher temperatures. If no result
// is convincing, the best is taken. Repetition is not a failure if two passes heard it.
func (p *passes) decode(ctx context.Context) error {
	c := &p.session.decoding
	inc := c.TemperatureInc
	if p.long() {
		// Any one of several windows may fail; only the library knows which.
		p.params.TemperatureInc, inc = inc, 0
	}
	window := p.setWindow()
	p.slot.decodings++
	last, err := p.decodeFirst(ctx)
	if err != nil {
		p.best = last
		return err
	}
	if window > 0 && c.doubtful(last) {
		model := p.engine.model
		p.params.AudioContext = grow(window, model.WindowStep(), model.AudioContext())
		if last, err = p.retry(ctx); err != nil {
			return err
		}
	}
	for inc > 0 && !p.repeated && !p.goodUntilLoop() && (c.failed(last) || window > 0 && c.missed(last)) {
		if p.params.Temperature += inc; p.params.Temperature > maxTemperature {
			break
		}
		if last, err = p.retry(ctx); err != nil {
			return err
		}
	}
	return nil
}

// goodUntilLoop reports whether the best text is good up to where a loop starts.
func (p *passes) goodUntilLoop() bool {
	l, found := findLoop(wordsOf(p.best.Segments))
	return found && l.from > 0 && !p.rest
}

// long reports whether the audio is longer than one window, in which case the library moves
// from window to window itself.
func (p *passes) long() bool { return len(p.sound.Samples) > whisper.WindowSeconds*whisper.SampleRate }

// setWindow chooses the encoder's window. It returns its length in frames if it is fitted to
// the audio, otherwise 0.
func (p *passes) setWindow() int {
	if p.session.decoding.Context != Fitted {
		p.params.AudioContext = p.session.decoding.Context
		return 0
	}
	window := fitContext(len(p.sound.Samples), p.engine.model.WindowStep())
	if window >= p.engine.model.AudioContext() {
		return 0
	}
	p.params.AudioContext = window
	return window
}

// decodeFirst decodes in the expected language and, if the model hears another, again in that
// one.
func (p *passes) decodeFirst(ctx context.Context) (*whisper.Result, error) {
	c := &p.session.decoding
	if p.rest {
		r, err := p.transcribe(ctx)
		p.best = r
		return r, err
	}
	if len(c.Languages) > 0 {
		p.params.Language = p.session.firstLanguage(p.before)
		if p.long() {
			p.params.Language = whisper.LanguageAuto // for long audio, the library detects it
		}
	}
	r, err := p.transcribe(ctx)
	if err != nil {
		return r, err
	}
	language := c.language(r.Languages, p.before)
	if p.long() && !c.allows(r.Language) {
		language = c.Languages[0] // the library chooses among all languages
	}
	if language != "" && language != p.params.Language {
		p.params.Language = language
		if r, err = p.transcribe(ctx); err != nil {
			return nil, err
		}
	}
	if len(c.Languages) > 0 {
		p.session.spoken.Store(r.Language)
	}
	p.best = r
	return r, nil
}

// retry makes a further pass and keeps its result if it is better.
func (p *passes) retry(ctx context.Context) (*whisper.Result, error) {
	before := p.best
	r, err := p.transcribe(ctx)
	if err != nil {
		return nil, err
	}
	p.retries++
	if p.sameLoop(before, r) {
		p.repeated = true
		return r, nil
	}
	if c := &p.session.decoding; c.better(r, p.best) || !c.doubtful(r) {
		p.best = r
	}
	return r, nil
}

func (p *passes) transcribe(ctx context.Context) (*whisper.Result, error) {
	r, err := p.slot.recogniser.Transcribe(ctx, p.sound.Samples, p.params)
	if err != nil {
		return r, err
	}
	p.took += r.Processing
	return r, nil
}
