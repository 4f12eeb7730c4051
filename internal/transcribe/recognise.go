package transcribe

import (
	"errors"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// recognise decodes windows until there are no more: those of utterances first.
func (t *Transcriber) recognise() {
	for {
		task, guess, more := t.queue.next()
		switch {
		case !more:
			return
		case guess != nil:
			t.decodeGuess(guess)
			continue
		}
		if !task.adopt() {
			t.work(task)
		}
		if task.failed != nil {
			task.item.failed.Store(true)
		}
		if isFatal(task.failed) {
			t.haltOnce.Do(func() { close(t.halt) })
		}
		t.queue.finish(task)
	}
}

// isFatal reports whether no other recording could be recognised after an error.
func isFatal(err error) bool {
	return errors.Is(err, engine.ErrMemory) || errors.Is(err, whisper.ErrUndefined)
}

// work decodes a task's window and finds its words in it.
func (t *Transcriber) work(task *task) {
	task.result, task.failed = t.decode(task)
	switch {
	case task.result == nil || !t.Config.Decoding.Params.Words:
	case t.ctx.Err() == nil:
		task.words = alignWords(task)
	default:
		task.words = modelSpans(task) // there is no time left to align them
	}
}

// errAbandoned marks windows of items that had not begun when the work was stopped.
var errAbandoned = errors.New("not begun")

func (t *Transcriber) decode(task *task) (*engine.Result, error) {
	it := task.item
	switch {
	case task.ctx.Err() != nil:
		return nil, task.ctx.Err()
	case !it.begun.Load() && t.stopped():
		return nil, errAbandoned
	case it.failed.Load():
		return nil, nil // its first failure has been reported
	}
	it.begun.Store(true)
	var spoken engine.Spoken
	if len(t.Config.Decoding.Languages) > 0 {
		var err error
		if spoken, err = task.spokenBefore(task.ctx); err != nil {
			return nil, err
		}
	}
	return it.Kept.decode(task, spoken, func(voice []align.Span) (*engine.Result, error) {
		sound := engine.Sound{Samples: amplify(task.window.Samples), Voice: voice}
		return t.backend.Decode(task.ctx, sound, spoken)
	})
}

// amplify converts samples for the engine. It raises very soft ones, because the
// model does not hear sound below a certain level.
func amplify(samples []int16) []float32 {
	peak := 0
	for _, s := range samples {
		peak = max(peak, int(s), -int(s))
	}
	out := audio.Float32(nil, samples)
	if peak > 0 && peak < input.SoftPeak {
		for i := range out {
			out[i] *= raisedPeak / float32(peak)
		}
	}
	return out
}
