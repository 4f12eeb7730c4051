package replay

import (
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/event"
)

// Answer is the recogniser's answer to an utterance.
type Answer struct {
	*event.Transcript
	// Took is the time from sending the utterance to receiving its text.
	Took time.Duration
	// OwnTime estimates what Took would have been if other programs had not
	// kept the processors busy; see ownTime.
	OwnTime time.Duration
	// MinTime is Took less the time that any thread waited for a processor: a lower
	// bound for OwnTime.
	MinTime time.Duration
	// Latency is the time from the end of the speech to its text. It is 0 unless
	// the replay was in real time.
	Latency time.Duration
}

// Result is the result of a replay.
type Result struct {
	Asked    int // number of utterances that vf-vad found
	Answers  []Answer
	Failures []*event.Failure // of single utterances
	Outcomes []Outcome        // of the programs, in pipeline order
	// Memory holds the resident memory of each program with its children at each
	// answer, in bytes, by program name.
	Memory map[string][]uint64
	// CPU is the processor time of all programs up to the last answer.
	CPU time.Duration
}

// Err returns the failure of a program as a *StageError. Failures of single
// utterances and broken pipes do not count.
func (h *Result) Err() error {
	for _, o := range h.Outcomes {
		reportsFailures := o.Program == "vf-transcribe" || o.Program == "vf-paste"
		someFailed := o.Code == exitcode.SomeFailed && reportsFailures && len(h.Failures) > 0
		if o.Code != exitcode.OK && o.Code != exitcode.BrokenPipe && !someFailed {
			return &StageError{o}
		}
	}
	return nil
}
