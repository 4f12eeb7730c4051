package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Audio is a piece of a recording in progress, as written by vf-record (type "audio").
// All fields are required on a line.
type Audio struct {
	// At is the number of the first sample, counted from the start of the recording.
	At int64 `json:"at"`
	// PCM is as in an Utterance.
	PCM []byte `json:"pcm"`
}

// MarkKind is what happened to a recording.
type MarkKind string

// The kinds of marks.
const (
	// MarkBegin starts a dictation: a recording, or each press of the key while an
	// armed recorder goes on.
	MarkBegin MarkKind = "begin"
	// MarkPause and MarkResume interrupt it. No audio comes between them.
	MarkPause  MarkKind = "pause"
	MarkResume MarkKind = "resume"
	// MarkGap follows silence that stands for lost sound.
	MarkGap MarkKind = "gap"
	// MarkEnd ends a dictation: nothing more of it comes.
	MarkEnd MarkKind = "end"
	// MarkCancel ends a dictation that the user does not want: what has not been
	// delivered is dropped. It may also follow a MarkEnd, with the same meaning.
	MarkCancel MarkKind = "cancel"
)

// Mark reports what happened to a recording, between its audio (type "mark"). Mark and
// At are required on a line.
//
// Every program passes marks on, in the order of the stream. MarkCancel alone overtakes
// the work that it makes useless.
type Mark struct {
	Mark MarkKind `json:"mark"`
	// At is the number of samples in the recording before the mark.
	At int64 `json:"at"`
	// Samples is the length of the silence before a MarkGap.
	Samples int64 `json:"samples,omitempty"`
}

// Tentative is what has been heard so far of an utterance that may go on (type
// "tentative"). All fields except Paused, MayEnd and PCM are required on a line. They have the
// same meaning as in an Utterance.
//
// A program may ignore these records: the same sound comes again as an Utterance when
// it is complete.
type Tentative struct {
	ID       int     `json:"id"`
	Start    float64 `json:"start"`
	End      float64 `json:"end"`
	PCMStart float64 `json:"pcm_start"`
	// Paused means that nobody is speaking, and that the utterance will have exactly
	// this PCM if nothing follows.
	Paused bool `json:"paused,omitempty"`
	// MayEnd means that this is an utterance if its text is a whole sentence. If speech
	// goes on, the Utterance with the same ID has this sound at its beginning, and only
	// the rest of it still needs a transcript.
	MayEnd bool `json:"may_end,omitempty"`
	// PCM is empty if speech goes on after a pause, so that the Tentative before this
	// one is not the whole utterance.
	PCM []byte `json:"pcm,omitempty"`
}

// Partial is the text so far of an utterance that goes on, as recognised by
// vf-transcribe (type "partial"). ID and Stable are required on a line. The Transcript
// with the same ID replaces it.
type Partial struct {
	ID int `json:"id"`
	// Start and End bound the speech so far, in seconds.
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	// Stable is the beginning of the text, and never changes but by growing.
	Stable string `json:"stable"`
	// Unstable is the rest, which the next record may replace.
	Unstable string `json:"unstable,omitempty"`
}

func (*Audio) record()     {}
func (*Mark) record()      {}
func (*Tentative) record() {}
func (*Partial) record()   {}

// newLive returns an empty record of a dictation in progress and its required fields, or
// nil if the type is another.
func newLive(name string, h *header) (Record, []field) {
	switch name {
	case "audio":
		return &Audio{}, []field{{"at", h.At}}
	case "mark":
		return &Mark{}, []field{{"mark", h.Mark}, {"at", h.At}}
	case "tentative":
		return &Tentative{}, []field{{"id", h.ID}, {"start", h.Start}, {"end", h.End}, {"pcm_start", h.PCMStart}}
	case "partial":
		return &Partial{}, []field{{"id", h.ID}, {"stable", h.Stable}}
	}
	return nil, nil
}

// encodeLive writes a record of a dictation in progress.
func encodeLive(enc *json.Encoder, rec Record) error {
	if err := checkLive(rec); err != nil {
		return err
	}
	switch rec := rec.(type) {
	case *Audio:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Audio
		}{"audio", rec})
	case *Mark:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Mark
		}{"mark", rec})
	case *Tentative:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Tentative
		}{"tentative", rec})
	case *Partial:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Partial
		}{"partial", rec})
	}
	return errors.New("no record of a dictation in progress")
}

// checkLive returns an error if rec is invalid on a line, whether read or to be written.
func checkLive(rec Record) error {
	switch rec := rec.(type) {
	case *Audio:
		if err := checkPosition("at", rec.At); err != nil {
			return err
		}
		return checkPCM(rec.PCM)
	case *Mark:
		kinds := []MarkKind{MarkBegin, MarkPause, MarkResume, MarkGap, MarkEnd, MarkCancel}
		if !slices.Contains(kinds, rec.Mark) {
			return fmt.Errorf("field mark is %q, want one of %v", rec.Mark, kinds)
		}
		return errors.Join(checkPosition("at", rec.At), checkPosition("samples", rec.Samples))
	case *Tentative:
		if len(rec.PCM) > 0 {
			if err := checkPCM(rec.PCM); err != nil {
				return err
			}
		}
		return errors.Join(checkID(rec.ID), checkSpan(rec.Start, rec.End, rec.PCMStart))
	case *Partial:
		return errors.Join(checkID(rec.ID), checkSpan(rec.Start, rec.End, rec.Start))
	}
	return nil
}
