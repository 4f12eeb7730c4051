package transcribe

import (
	"errors"

	"voiceflow/internal/resume"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
)

// Kept is where the decoded windows of an item are kept, for a run that goes on from them.
type Kept struct {
	*resume.Record
	// Failed is called if they cannot be written. Decoding goes on.
	Failed func(error)
}

// decode returns the result of a task's window that was kept, or has it decoded and keeps
// the result. Only whole results are kept.
func (k *Kept) decode(t *task, spoken engine.Spoken,
	decode func(voice []align.Span) (*engine.Result, error)) (*engine.Result, error) {
	voice := t.window.Voice()
	if k == nil {
		return decode(voice)
	}
	key := resume.Key(t.window.Samples, voice, spoken)
	if result := k.Find(key); result != nil {
		return result, nil
	}
	result, err := decode(voice)
	if result != nil && (err == nil || errors.Is(err, engine.ErrMemory)) {
		if err := k.Add(key, t.window.End, result); err != nil {
			k.Failed(err)
		}
	}
	return result, err
}
