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

// Record is one line of a log. Which fields are set depends on Event; unknown
// values are 0.
type Record struct {
	Time    time.Time `json:"time"`
	Program string    `json:"tool"` // vf-transcribe, ...
	PID     int       `json:"pid"`
	Event   Event     `json:"event"`
	Kind    Event     `json:"-"`       // of a Problem, such as DeviceLost; empty if unknown
	Level   string    `json:"level"`   // zerolog's: info, warn, error
	Message string    `json:"message"` // without control characters
	Version string    `json:"version"` // of Started
	Folder  string    `json:"-"`       // of the log

	ID   int    `json:"id"`
	File string `json:"file"` // empty for an utterance of a stream

	AudioSeconds      float64 `json:"audio_seconds"`
	ProcessingSeconds float64 `json:"processing_seconds"`
	SpeedFactor       float64 `json:"speed_factor"` // AudioSeconds / ProcessingSeconds: higher is faster
	// Replayed marks an utterance from audio that arrived faster than real time.
	Replayed bool `json:"replayed"`
	// LatencySeconds is the time from the end of speech to its text; 0 for files.
	LatencySeconds float64  `json:"latency_seconds"`
	Queue          int      `json:"queue"` // utterances waiting
	Model          string   `json:"model"`
	Device         string   `json:"device"`
	Retries        int      `json:"retries"`
	Refreshes      int      `json:"refreshes"` // since the process started
	Degraded       []string `json:"degraded"`
	// MemoryMB is the process's resident memory, and GrowthMB its growth beyond the
	// model's share. 1 MB is 1048576 bytes.
	MemoryMB float64 `json:"memory_mb"`
	GrowthMB float64 `json:"growth_mb"`
	// CPUPercent is the process's share of all processors since its last
	// record, 0 to 100.
	CPUPercent float64 `json:"cpu_percent"`

	Method   string  `json:"method"`  // of Delivery; empty if no method accepted the text
	Seconds  float64 `json:"seconds"` // duration of a Delivery
	ExitCode int     `json:"exit_code"`
}

// Item returns the subject of the record: the file name without its folder, or
// the number of the utterance.
func (r Record) Item() string {
	if r.File != "" {
		return filepath.Base(r.File)
	}
	return fmt.Sprintf("utterance %d", r.ID)
}

// maxMessage is the maximum length of a message, in bytes.
const maxMessage = 500

// Parse reads one line of a log. It returns false for a line that is not a record,
// and an error for one that no program can have written.
func Parse(line []byte) (Record, bool, error) {
	var r Record
	// A day's logs may have a hundred thousand lines, and go-json cuts the time of
	// BenchmarkOpen to a third. If go-json rejects a line, encoding/json decides.
	// FuzzParsersAgree checks that both read the same.
	if gojson.Unmarshal(line, &r) != nil {
		r = Record{}
		if err := json.Unmarshal(line, &r); err != nil {
			return Record{}, false, errors.New("not a log line: " + sanitise(err.Error()))
		}
	}
	switch {
	case r.Event == "" && !isHarmless(r.Message) && isProblem(r.Level):
		r.Event = Problem
	case r.Event.isProblemKind():
		r.Event, r.Kind = Problem, r.Event
	}
	switch r.Event {
	case Started, Stopped, Utterance, Failure, Delivery, Problem:
	default:
		return Record{}, false, nil
	}
	if err := r.checkPlausible(); err != nil {
		return Record{}, false, fmt.Errorf("not a log line: %w", err)
	}
	for _, s := range []*string{&r.Program, &r.Level, &r.Message, &r.Version, &r.File, &r.Model, &r.Device, &r.Method} {
		*s = sanitise(*s)
	}
	for i := range r.Degraded {
		r.Degraded[i] = sanitise(r.Degraded[i])
	}
	return r, true, nil
}

func isProblem(level string) bool {
	return level == "warn" || level == "error" || level == "fatal" || level == "panic"
}

// isHarmless reports whether an error message only means that this computer has no
// GPU. Older versions logged it at every start. The text is ggml's, which reports
// this in no other form.
func isHarmless(message string) bool {
	return strings.HasPrefix(message, "load_backend: failed to initialize backend ") &&
		strings.HasSuffix(message, ": ggml_backend_init returned NULL")
}

// maxNumber is far above any number that a program writes, but small enough that
// sums stay finite.
const maxNumber = 1e9

// checkPlausible rejects values that no program writes and that would spoil sums
// and charts.
func (r *Record) checkPlausible() error {
	if r.Time.IsZero() {
		return errors.New("no time")
	}
	for _, v := range [...]float64{r.AudioSeconds, r.ProcessingSeconds, r.SpeedFactor, r.LatencySeconds,
		r.MemoryMB, r.GrowthMB, r.CPUPercent, r.Seconds, float64(r.PID), float64(r.ID), float64(r.Queue),
		float64(r.Retries), float64(r.Refreshes), float64(r.ExitCode)} {
		if !(-maxNumber <= v && v <= maxNumber) {
			return fmt.Errorf("the number %g is out of range", v)
		}
	}
	return nil
}

// sanitise makes text from a file safe for a terminal: one line of limited length.
func sanitise(s string) string {
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
