// Package metrics reads what each utterance cost out of the programs' logs, and
// sums it up: a [Source] gives [Reading]s, a [State] keeps what a monitor shows,
// a [Series] what a chart over hours needs, and [Limits] judge them.
//
//	state := metrics.NewState(metrics.DefaultLimits())
//	for reading, err := range metrics.Follow(folder, time.Now().Add(-time.Hour))(ctx) {
//		if err == nil {
//			state.Add(reading)
//		}
//		show(state.Snapshot(time.Now(), nil))
//	}
//
// The logs hold no transcript's text, and so neither does a reading.
package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/internal/prose"
)

// Event says what a reading is about.
type Event string

// The events. A line of a log that names none is a Problem where its level is
// a warning's or an error's, and no reading otherwise.
const (
	Started   Event = "started"   // a program has begun
	Stopped   Event = "stopped"   // a program has ended, with ExitCode
	Utterance Event = "utterance" // an utterance or a file was transcribed
	Failure   Event = "failure"   // an utterance or a file could not be transcribed
	Delivery  Event = "delivery"  // a text was handed over, or kept because nothing took it
	Problem   Event = "problem"   // a warning or an error about no single item
)

// Reading is one line of a log. Which fields are set depends on Event; what a
// program does not know is 0.
type Reading struct {
	Time    time.Time `json:"time"`
	Program string    `json:"tool"` // vf-transcribe, ...
	PID     int       `json:"pid"`
	Event   Event     `json:"event"`
	Level   string    `json:"level"`   // zerolog's: info, warn, error
	Message string    `json:"message"` // without control characters
	Version string    `json:"version"` // of Started
	Folder  string    `json:"-"`       // of the log

	ID   int    `json:"id"`
	File string `json:"file"` // empty for an utterance of a stream

	AudioSeconds      float64 `json:"audio_seconds"`
	ProcessingSeconds float64 `json:"processing_seconds"`
	SpeedFactor       float64 `json:"speed_factor"` // audio over processing: higher is faster
	// Replayed is an utterance of sound that came faster than it was spoken.
	Replayed bool `json:"replayed"`
	// LatencySeconds is from the end of speech to its text; files have none.
	LatencySeconds float64  `json:"latency_seconds"`
	Queue          int      `json:"queue"` // utterances that wait
	Model          string   `json:"model"`
	Device         string   `json:"device"`
	Retries        int      `json:"retries"`
	Refreshes      int      `json:"refreshes"` // of the process so far
	Degraded       []string `json:"degraded"`
	// MemoryMB is the process's resident memory, GrowthMB how much of it came
	// beyond the model's share; 1 MB is 1048576 bytes.
	MemoryMB float64 `json:"memory_mb"`
	GrowthMB float64 `json:"growth_mb"`
	// CPUPercent is the process's share of all processors since its last
	// reading, 0 to 100.
	CPUPercent float64 `json:"cpu_percent"`

	Method   string  `json:"method"`  // of Delivery; empty: nothing took the text
	Seconds  float64 `json:"seconds"` // what a Delivery took
	ExitCode int     `json:"exit_code"`
}

// Item names what the reading is about: the file, without its folder, or the
// number of the utterance.
func (r Reading) Item() string {
	if r.File != "" {
		return filepath.Base(r.File)
	}
	return fmt.Sprintf("utterance %d", r.ID)
}

// maxMessage bounds a message, in characters.
const maxMessage = 500

// Parse reads a line of a log. The second result is false for a line that is no
// reading; the error is for one that is no line of a log.
func Parse(line []byte) (Reading, bool, error) {
	var r Reading
	if !scan(line, &r) {
		r = Reading{}
		if err := json.Unmarshal(line, &r); err != nil {
			return Reading{}, false, errors.New("no line of a log: " + safe(err.Error()))
		}
	}
	if r.Event == "" && !normal(r.Message) && (r.Level == "warn" || r.Level == "error" || r.Level == "fatal" || r.Level == "panic") {
		r.Event = Problem
	}
	switch r.Event {
	case Started, Stopped, Utterance, Failure, Delivery, Problem:
	default:
		return Reading{}, false, nil
	}
	if err := r.plausible(); err != nil {
		return Reading{}, false, fmt.Errorf("no line of a log: %w", err)
	}
	for _, s := range []*string{&r.Program, &r.Level, &r.Message, &r.Version, &r.File, &r.Model, &r.Device, &r.Method} {
		*s = safe(*s)
	}
	for i := range r.Degraded {
		r.Degraded[i] = safe(r.Degraded[i])
	}
	return r, true, nil
}

// normal reports whether a message, an error by its level, says only that this
// computer has no GPU, as every start without one did in the logs of older
// versions.
func normal(message string) bool {
	return strings.HasPrefix(message, "load_backend: failed to initialize backend ") && strings.HasSuffix(message, ": ggml_backend_init returned NULL")
}

// maxNumber is far above any number that a program writes, and so small that
// sums of many are numbers still.
const maxNumber = 1e9

// plausible refuses what no program writes, and what would spoil every sum and
// every chart.
func (r *Reading) plausible() error {
	if r.Time.IsZero() {
		return errors.New("it has no time")
	}
	for _, v := range [...]float64{r.AudioSeconds, r.ProcessingSeconds, r.SpeedFactor, r.LatencySeconds, r.MemoryMB, r.GrowthMB, r.CPUPercent,
		r.Seconds, float64(r.PID), float64(r.ID), float64(r.Queue), float64(r.Retries), float64(r.Refreshes), float64(r.ExitCode)} {
		if !(-maxNumber <= v && v <= maxNumber) {
			return fmt.Errorf("the number %g in it cannot be", v)
		}
	}
	return nil
}

// safe makes a text that comes out of a file safe for a terminal: one line of
// bounded length.
func safe(s string) string {
	if len(s) <= maxMessage && isPlain(s) {
		return s
	}
	s = prose.Line(s)
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "..."
	}
	return s
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
