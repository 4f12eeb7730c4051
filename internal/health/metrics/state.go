package metrics

import (
	"path/filepath"
	"slices"
	"time"

	"voiceflow/internal/logrecord"
)

// Process is one run of a program, as its log tells of it.
type Process struct {
	Program    string    `json:"program"`
	PID        int       `json:"pid"`
	Started    time.Time `json:"started"` // zero: not in the log
	Last       time.Time `json:"last"`    // of its readings
	Stopped    bool      `json:"stopped"`
	ExitCode   int       `json:"exit_code"`
	Gone       bool      `json:"gone,omitempty"` // ended without a word
	Model      string    `json:"model,omitempty"`
	Device     string    `json:"device,omitempty"`
	Degraded   []string  `json:"degraded,omitempty"`
	Utterances int       `json:"utterances"`
	Failures   int       `json:"failures"`
	Problems   int       `json:"problems"`
	Queue      int       `json:"queue"`
	Refreshes  int       `json:"refreshes"`
	MemoryMB   float64   `json:"memory_mb"`
	GrowthMB   float64   `json:"growth_mb"`
	CPUPercent float64   `json:"cpu_percent"`

	item time.Time // of the last utterance
}

// How much of the past a State keeps.
const (
	keptReadings  = 200
	keptProcesses = 50
)

// State is what a monitor shows. Its memory is bounded.
type State struct {
	limits    Limits
	processes []*Process         // in the order of their last reading
	recent    []logrecord.Record // utterances and failures
	streams   []logrecord.Record // those that somebody waits for alone,
	files     []logrecord.Record // and of files, also those that are replayed
	problems  []logrecord.Record
}

// NewState begins empty.
func NewState(limits Limits) *State { return &State{limits: limits} }

// Snapshot is a State at a moment; it shares nothing with it.
type Snapshot struct {
	Time      time.Time          `json:"time"`
	Processes []Process          `json:"processes"` // the latest first
	Recent    []logrecord.Record `json:"recent"`    // utterances and failures, the latest first
	Problems  []logrecord.Record `json:"problems"`  // warnings and errors, the latest first
	Alerts    []Alert            `json:"alerts"`
}

// Add takes in a reading. Files are named without their folders from here on.
// vf-health's own runs are of no interest, its problems are.
func (s *State) Add(r logrecord.Record) {
	if r.File != "" {
		r.File = filepath.Base(r.File)
	}
	p := &Process{}
	if r.Program != "vf-health" {
		p = s.process(r)
	}
	p.Last = r.Time
	switch r.Event {
	case logrecord.Started:
		p.Started = r.Time
	case logrecord.Stopped:
		p.Stopped, p.ExitCode = true, r.ExitCode
	case logrecord.Failure:
		p.Failures++
		s.addItem(r)
		s.problems = keep(s.problems, r, keptReadings)
	case logrecord.Problem:
		p.Problems++
		s.problems = keep(s.problems, r, keptReadings)
	case logrecord.Utterance:
		p.item = r.Time
		p.Utterances++
		p.Model, p.Device, p.Degraded = r.Model, r.Device, r.Degraded
		p.Queue, p.Refreshes = r.Queue, r.Refreshes
		p.MemoryMB, p.GrowthMB, p.CPUPercent = r.MemoryMB, r.GrowthMB, r.CPUPercent
		s.addItem(r)
	}
}

func (s *State) addItem(r logrecord.Record) {
	s.recent = keep(s.recent, r, keptReadings)
	if r.File == "" && !r.Replayed {
		s.streams = keep(s.streams, r, AlertReadings)
	} else {
		s.files = keep(s.files, r, AlertReadings)
	}
}

// process finds the run that a reading is of, and makes it the latest. A start
// with a number that was there before is another run.
func (s *State) process(r logrecord.Record) *Process {
	i := slices.IndexFunc(s.processes, func(p *Process) bool { return p.PID == r.PID && p.Program == r.Program })
	var p *Process
	if i >= 0 {
		p = s.processes[i]
		s.processes = slices.Delete(s.processes, i, i+1)
	}
	if p == nil || r.Event == logrecord.Started || p.Stopped && r.Event != logrecord.Stopped {
		p = &Process{Program: r.Program, PID: r.PID}
	}
	s.processes = append(s.processes, p)
	if len(s.processes) > keptProcesses {
		// One that runs, but has said nothing for long, is of more interest.
		i := max(0, slices.IndexFunc(s.processes, func(p *Process) bool { return p.Stopped }))
		s.processes = slices.Delete(s.processes, i, i+1)
	}
	return p
}

// keep adds a reading and, now and then, drops those that are too many: moving
// them all for each would take longer than to read them.
func keep(readings []logrecord.Record, r logrecord.Record, most int) []logrecord.Record {
	if len(readings) == 2*most {
		readings = slices.Delete(readings, 0, most)
	}
	return append(readings, r)
}

// last are the last readings, at most so many, the latest last.
func last(readings []logrecord.Record, most int) []logrecord.Record {
	return readings[max(0, len(readings)-most):]
}

// latest are the last keptReadings, the latest first.
func latest(readings []logrecord.Record) []logrecord.Record {
	all := append([]logrecord.Record{}, last(readings, keptReadings)...)
	slices.Reverse(all)
	return all
}

// onlyComplained reports whether a process said nothing but warnings and errors:
// a question about devices or models is no run, and logs neither its start nor
// its end.
func (p *Process) onlyComplained() bool {
	return p.Problems > 0 && p.Started.IsZero() && p.Utterances == 0 && p.Failures == 0
}

// Snapshot judges the last readings as of now. alive tells whether a process
// runs, so that those are known that ended without a word in the log, as one
// does that was killed; nil where that cannot be known.
func (s *State) Snapshot(now time.Time, alive func(program string, pid int) bool) Snapshot {
	snapshot := Snapshot{Time: now, Processes: []Process{}, Recent: latest(s.recent), Problems: latest(s.problems)}
	for _, p := range slices.Backward(s.processes) {
		p := *p
		p.Gone = alive != nil && !p.Stopped && p.PID > 0 && !alive(p.Program, p.PID)
		if p.Gone && p.onlyComplained() {
			continue
		}
		snapshot.Processes = append(snapshot.Processes, p)
	}
	snapshot.Alerts = append([]Alert{}, s.alerts(now, snapshot.Processes)...)
	return snapshot
}
