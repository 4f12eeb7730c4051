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
	Gone       bool      `json:"gone,omitempty"` // ended without a word, see [Snapshot.MarkGone]
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

// keep adds a reading and, now and then, drops those that are too many: moving
// them all for each would take longer than to read them.
func keep(readings []Reading, r Reading) []Reading {
	if len(readings) == 2*keptReadings {
		readings = slices.Delete(readings, 0, keptReadings)
	}
	return append(readings, r)
}

// latest are the last keptReadings, the latest first.
func latest(readings []Reading) []Reading {
	last := append([]Reading{}, readings[max(0, len(readings)-keptReadings):]...)
	slices.Reverse(last)
	return last
}

// Snapshot judges the last readings as of now.
func (s *State) Snapshot(now time.Time) Snapshot {
	snapshot := Snapshot{Time: now, Processes: []Process{}, Recent: latest(s.recent), Problems: latest(s.problems)}
	for _, p := range s.processes {
		snapshot.Processes = append(snapshot.Processes, *p)
	}
	judged := s.recent[max(0, len(s.recent)-AlertReadings):]
	old := 0
	for old < len(judged) && judged[old].Time.Before(now.Add(-AlertTime)) {
		old++
	}
	snapshot.Alerts = append([]Alert{}, s.limits.alerts(judged[old:])...)
	slices.Reverse(snapshot.Processes)
	return snapshot
}

// MarkGone marks the processes that have ended without a word in the log, as
// one does that was killed. alive tells whether a process runs.
func (s *Snapshot) MarkGone(alive func(program string, pid int) bool) {
	for i := range s.Processes {
		p := &s.Processes[i]
		p.Gone = !p.Stopped && p.PID > 0 && !alive(p.Program, p.PID)
	}
}
