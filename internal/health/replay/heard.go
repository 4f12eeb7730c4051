package replay

import (
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/pkg/event"
)

// Answer is what came out of the recogniser for an utterance.
type Answer struct {
	*event.Transcript
	// Took is the time from the utterance's way into the recogniser to its
	// text.
	Took time.Duration
	// Own is how much of that it would have taken had other programs not
	// kept the processors busy, as well as this can be known; see ownTime.
	Own time.Duration
	// Least is what is left of Took when all is taken away that any thread
	// waited for a processor: it took that long at least.
	Least time.Duration
	// Latency is the time from the end of the speech to its text. It is known
	// of a replay in real time only.
	Latency time.Duration
}

// Heard is what a replay gave.
type Heard struct {
	Asked    int // utterances that vf-vad found
	Answers  []Answer
	Failures []*event.Failure // of single utterances
	Outcomes []Outcome        // of the programs, in their order
	// Memory is what each program with its children had in memory at each
	// answer, in bytes; the names are those of the programs.
	Memory map[string][]uint64
	// CPU is the processor time that all programs took, up to the last answer.
	CPU time.Duration
}

// Err is the failure of a program, a *StageError. That single utterances
// failed is none, and neither is a program whose reader went away.
func (h *Heard) Err() error {
	for _, o := range h.Outcomes {
		someFailed := o.Code == exitcode.SomeFailed && (o.Program == "vf-transcribe" || o.Program == "vf-paste") && len(h.Failures) > 0
		if o.Code != exitcode.OK && o.Code != exitcode.BrokenPipe && !someFailed {
			return &StageError{o}
		}
	}
	return nil
}
