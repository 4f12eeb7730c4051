package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// RecorderState is what a recorder is doing.
type RecorderState string

// The states of a recorder.
const (
	// RecorderOff means that there is none.
	RecorderOff RecorderState = "off"
	// RecorderArmed waits for a press of the key.
	RecorderArmed RecorderState = "armed"
	// RecorderRecording receives sound, and RecorderPaused has been interrupted.
	RecorderRecording RecorderState = "recording"
	RecorderPaused    RecorderState = "paused"
	// RecorderStopping records the last word after the key has been released.
	RecorderStopping RecorderState = "stopping"
)

// Recorder is the state of the user's vf-record (type "recorder"), a line of its
// --status --json. Only State is required on a line.
type Recorder struct {
	State RecorderState `json:"state"`
	// Since is when the state began, zero if that is unknown.
	Since time.Time `json:"since,omitzero"`
	// PID is the process, 0 if there is none.
	PID int `json:"pid,omitempty"`
}

func (*Recorder) record() {}

// check returns an error if r is invalid on a line, whether read or to be written.
func (r *Recorder) check() error {
	states := []RecorderState{RecorderOff, RecorderArmed, RecorderRecording, RecorderPaused, RecorderStopping}
	if !slices.Contains(states, r.State) {
		return fmt.Errorf("field state is %q, want one of %v", r.State, states)
	}
	return nil
}

// encodeRecorder writes a Recorder.
func encodeRecorder(enc *json.Encoder, rec *Recorder) error {
	if err := rec.check(); err != nil {
		return fmt.Errorf("recorder: %w", err)
	}
	return enc.Encode(struct {
		Type string `json:"type"`
		*Recorder
	}{"recorder", rec})
}
