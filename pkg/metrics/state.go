package metrics

import (
	"slices"
	"time"
)

// Process is one run of a program, as its log tells of it.
type Process struct {
	Program    string    `json:"program"`
	PID        int       `json:"pid"`
	Started    time.Time `json:"started"` // zero: not in the log
	Last       time.Time `json:"last"`    // of its readings
	Stopped    bool      `json:"stopped"`
	ExitCode   int       `json:"exit_code"`
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
}

// How much of the past a State keeps.
const (
	keptReadings  = 200
	keptProcesses = 50
)

// State is what a monitor shows. Its memory is bounded.
type State struct {
	limits    Limits
	processes []*Process // in the order of their last reading
	recent    []Reading  // utterances and failures
	problems  []Reading
}

// NewState begins empty.
func NewState(limits Limits) *State { return &State{limits: limits} }

// Snapshot is a State at a moment; it shares nothing with it.
type Snapshot struct {
	Time      time.Time `json:"time"`
	Processes []Process `json:"processes"` // the latest first
	Recent    []Reading `json:"recent"`    // utterances and failures, the latest first
	Problems  []Reading `json:"problems"`  // warnings and errors, the latest first
	Alerts    []Alert   `json:"alerts"`
}

// Add takes in a reading.
func (s *State) Add(r Reading) {
	p := s.process(r)
	p.Last = r.Time
	switch r.Event {
	case Started:
		p.Started = r.Time
	case Stopped:
		p.Stopped, p.ExitCode = true, r.ExitCode
	case Failure:
		p.Failures++
		s.recent = keep(s.recent, r)
		s.problems = keep(s.problems, r)
	case Problem:
		p.Problems++
		s.problems = keep(s.problems, r)
	case Utterance:
		p.Utterances++
		p.Model, p.Device, p.Degraded = r.Model, r.Device, r.Degraded
		p.Queue, p.Refreshes = r.Queue, r.Refreshes
		p.MemoryMB, p.GrowthMB, p.CPUPercent = r.MemoryMB, r.GrowthMB, r.CPUPercent
		s.recent = keep(s.recent, r)
	}
}

// process finds the run that a reading is of, and makes it the latest. A start
// with a number that was there before is another run.
func (s *State) process(r Reading) *Process {
	i := slices.IndexFunc(s.processes, func(p *Process) bool { return p.PID == r.PID && p.Program == r.Program })
	var p *Process
	if i >= 0 {
		p = s.processes[i]
		s.processes = slices.Delete(s.processes, i, i+1)
	}
	if p == nil || r.Event == Started || p.Stopped && r.Event != Stopped {
		p = &Process{Program: r.Program, PID: r.PID}
	}
	s.processes = append(s.processes, p)
	if len(s.processes) > keptProcesses {
		s.processes = slices.Delete(s.processes, 0, 1)
	}
	return p
}

func keep(readings []Reading, r Reading) []Reading {
	if len(readings) == keptReadings {
		readings = slices.Delete(readings, 0, 1)
	}
	return append(readings, r)
}

// Snapshot judges the last readings as of now.
func (s *State) Snapshot(now time.Time) Snapshot {
	snapshot := Snapshot{Time: now, Recent: slices.Clone(s.recent), Problems: slices.Clone(s.problems)}
	for _, p := range s.processes {
		snapshot.Processes = append(snapshot.Processes, *p)
	}
	judged := snapshot.Recent[max(0, len(snapshot.Recent)-AlertReadings):]
	old := 0
	for old < len(judged) && judged[old].Time.Before(now.Add(-AlertTime)) {
		old++
	}
	snapshot.Alerts = s.limits.alerts(judged[old:])
	slices.Reverse(snapshot.Recent)
	slices.Reverse(snapshot.Problems)
	slices.Reverse(snapshot.Processes)
	return snapshot
}
