package main

import (
	"voiceflow/pkg/audio"
	"voiceflow/pkg/event"
)

// flip pauses or resumes, and returns the pre-roll.
func (r *recorder) flip(message string) []int16 {
	preRoll := r.gate.flip(r.late)
	r.mute = r.gate.paused
	r.meter.clear()
	at := r.env.Log.Info().Float64("at", audio.Seconds(r.at))
	if !r.gate.paused {
		at.Float64("pre_roll", audio.Seconds(int64(len(preRoll))))
	}
	at.Msg(message)
	return preRoll
}

// markBegin begins a dictation.
func (r *recorder) markBegin() error {
	if err := r.begin(); err != nil {
		return err
	}
	r.mark(event.Mark{Mark: event.MarkBegin}, nil)
	if r.config.armed {
		return r.write(r.flip("resumed"))
	}
	r.mute = false
	return r.write(r.gate.flip(0))
}

// markEnd ends a dictation, with an end or a cancel, and answers those who wait for it
// once it is written.
func (r *recorder) markEnd(kind event.MarkKind) {
	r.endGap()
	if !r.gate.paused {
		r.gate.flip(0)
	}
	r.tail, r.since = nil, now()
	waiting := r.waiting
	r.waiting = nil
	r.mark(event.Mark{Mark: kind}, func() {
		for _, answer := range waiting {
			answer <- reply{}
		}
	})
	if !r.machine.isOpen() { // otherwise the next dictation has begun already
		r.closeSource()
	}
}

// mark writes a mark at the present position.
func (r *recorder) mark(m event.Mark, written func()) {
	m.At = r.at
	r.queue.push(item{mark: &m, written: written})
}

// endGap marks the end of silence that stands for lost sound.
func (r *recorder) endGap() {
	if r.gap > 0 {
		r.mark(event.Mark{Mark: event.MarkGap, Samples: r.gap}, nil)
	}
	r.gap = 0
}

// hear takes the next samples of the source.
func (r *recorder) hear(p portion) error {
	switch {
	case !p.missing:
		r.endGap()
	case r.gate.paused:
		r.gate.forget() // what was heard before the gap is not what comes before a press
		return nil
	}
	before := r.at
	if err := r.write(r.gate.pass(p.samples)); err != nil {
		return err
	}
	if p.missing {
		r.gap += r.at - before
	}
	r.meter.push(p.samples, r.at, r.gate.paused)
	if r.machine.phase != phaseStopping || r.voice == nil {
		return nil
	}
	quiet, err := r.voice.isQuiet()
	if err == nil && quiet {
		err = r.on(tailOver)
	}
	return err
}

// write records the samples, up to the limit.
func (r *recorder) write(samples []int16) error {
	if r.full {
		return nil
	}
	limit := limitSamples(r.config.limit)
	if rest := r.from + limit - r.at; limit > 0 && rest <= int64(len(samples)) {
		samples, r.full = samples[:rest], true
		if r.config.standardLimit {
			r.meter.clear()
			r.env.Log.Warn().Msgf("the recording ends after %v, the default limit for a microphone; "+
				"--max-duration 1h sets another, --max-duration 0 none", r.config.limit)
		}
	}
	if len(samples) == 0 {
		return nil
	}
	r.queue.push(item{samples: samples})
	r.at += int64(len(samples))
	if !r.heard {
		r.heard = true
		giveCue(r.env, r.config.cue, &r.cue)
	}
	if r.voice != nil {
		if err := r.voice.push(samples); err != nil {
			return err
		}
	}
	if r.silence == nil {
		return nil
	}
	quiet, err := r.silence.push(samples)
	r.full = r.full || quiet
	return err
}
