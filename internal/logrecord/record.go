package logrecord

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	gojson "github.com/goccy/go-json"

	"voiceflow/internal/prose"
)

// Record is one line of a log. Which fields are set depends on Event; what a
// program does not know is 0.
type Record struct {
	Time    time.Time `json:"time"`
	Program string    `json:"tool"` // vf-transcribe, ...
	PID     int       `json:"pid"`
	Event   Event     `json:"event"`
	Kind    Event     `json:"-"`       // of a Problem, such as DeviceLost; empty: not told
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
	// record, 0 to 100.
	CPUPercent float64 `json:"cpu_percent"`

	Method   string  `json:"method"`  // of Delivery; empty: nothing took the text
	Seconds  float64 `json:"seconds"` // what a Delivery took
	ExitCode int     `json:"exit_code"`
}

// Item names what the record is about: the file, without its folder, or the
// number of the utterance.
func (r Record) Item() string {
	if r.File != "" {
		return filepath.Base(r.File)
	}
	return fmt.Sprintf("utterance %d", r.ID)
}

// maxMessage bounds a message, in characters.
const maxMessage = 500

// Parse reads one line of a log. The second result is false for a line that is
// not a record; the error is for one that no program has written.
func Parse(line []byte) (Record, bool, error) {
	var r Record
	// A day's logs may have a hundred thousand lines: with go-json BenchmarkOpen takes
	// a third of the time that it takes with encoding/json. What go-json refuses,
	// encoding/json judges; FuzzParsersAgree holds them to the same answers.
	if gojson.Unmarshal(line, &r) != nil {
		r = Record{}
		if err := json.Unmarshal(line, &r); err != nil {
			return Record{}, false, errors.New("no line of a log: " + safe(err.Error()))
		}
	}
	switch {
	case r.Event == "" && !normal(r.Message) && isProblem(r.Level):
		r.Event = Problem
	case r.Event.isProblemKind():
		r.Event, r.Kind = Problem, r.Event
	}
	switch r.Event {
	case Started, Stopped, Utterance, Failure, Delivery, Problem:
	default:
		return Record{}, false, nil
	}
	if err := r.plausible(); err != nil {
		return Record{}, false, fmt.Errorf("no line of a log: %w", err)
	}
	for _, s := range []*string{&r.Program, &r.Level, &r.Message, &r.Version, &r.File, &r.Model, &r.Device, &r.Method} {
		*s = safe(*s)
	}
	for i := range r.Degraded {
		r.Degraded[i] = safe(r.Degraded[i])
	}
	return r, true, nil
}

func isProblem(level string) bool {
	return level == "warn" || level == "error" || level == "fatal" || level == "panic"
}

// normal reports whether a message, an error by its level, says only that this
// computer has no GPU, as every start without one did in the logs of older
// versions. The words are ggml's, which has no other form for it.
func normal(message string) bool {
	return strings.HasPrefix(message, "load_backend: failed to initialize backend ") &&
		strings.HasSuffix(message, ": ggml_backend_init returned NULL")
}

// maxNumber is far above any number that a program writes, and so small that
// sums of many are numbers still.
const maxNumber = 1e9

// plausible refuses what no program writes, and what would spoil every sum and
// every chart.
func (r *Record) plausible() error {
	if r.Time.IsZero() {
		return errors.New("it has no time")
	}
	for _, v := range [...]float64{r.AudioSeconds, r.ProcessingSeconds, r.SpeedFactor, r.LatencySeconds, r.MemoryMB, r.GrowthMB,
		r.CPUPercent, r.Seconds, float64(r.PID), float64(r.ID), float64(r.Queue), float64(r.Retries),
		float64(r.Refreshes), float64(r.ExitCode)} {
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
