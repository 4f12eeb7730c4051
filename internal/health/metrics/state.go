package metrics

import (
	"path/filepath"
	"slices"
	"time"

	"voiceflow/internal/logrecord"
)

// Process is a run of a program, according to its log.
type Process struct {
	Program    string    `json:"program"`
	PID        int       `json:"pid"`
	Started    time.Time `json:"started"` // zero: not in the log
	Last       time.Time `json:"last"`    // time of the latest reading
	Stopped    bool      `json:"stopped"`
	ExitCode   int       `json:"exit_code"`
	Gone       bool      `json:"gone,omitempty"` // ended without logging a stop
	Model      string    `json:"model,omitempty"`
	Device     string    `json:"device,omitempty"`
	Degraded   []string  `json:"degraded,omitempty"`
	Microphone string    `json:"microphone,omitempty"` // of a vf-record: MicrophoneOn or MicrophoneLost
	Utterances int       `json:"utterances"`           // or files; texts delivered by vf-paste
	Failures   int       `json:"failures"`
	Problems   int       `json:"problems"`
	Queue      int       `json:"queue"`
	Refreshes  int       `json:"refreshes"`
	MemoryMB   float64   `json:"memory_mb"`
	GrowthMB   float64   `json:"growth_mb"`
	CPUPercent float64   `json:"cpu_percent"`

	item time.Time // of the latest utterance
}

// States of a microphone.
const (
	MicrophoneOn   = "on"   // being read, or ready to be
	MicrophoneLost = "lost" // disconnected; vf-record waits for its return
)

// How much of the past a State keeps.
const (
	keptReadings  = 200
	keptProcesses = 50
)

// State holds what a monitor shows. Its memory use is bounded.
type State struct {
	limits    Limits
	processes []*Process         // in the order of their latest reading
	recent    []logrecord.Record // utterances and failures
	streams   []logrecord.Record // those of live speech, which a user waits for
	files     []logrecord.Record // those of files and of replayed streams
	problems  []logrecord.Record
}

// recorderProgram is the name of the program that has the microphone.
const recorderProgram = "vf-record"

// NewState returns an empty State.
func NewState(limits Limits) *State { return &State{limits: limits} }

// Snapshot is a State at a point in time; it shares no memory with the State.
type Snapshot struct {
	Time      time.Time          `json:"time"`
	Processes []Process          `json:"processes"` // latest first
	Recent    []logrecord.Record `json:"recent"`    // utterances and failures, latest first
	Problems  []logrecord.Record `json:"problems"`  // warnings and errors, latest first
	Alerts    []Alert            `json:"alerts"`
}

// Add adds a reading. It strips the folders from file names. vf-health's own
// problems are recorded, but not its runs.
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
	case logrecord.Delivery:
		p.Utterances++
	case logrecord.Problem:
		p.Problems++
		p.hear(r.Kind)
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

// hear notes what a problem says about the microphone.
func (p *Process) hear(kind logrecord.Event) {
	switch kind {
	case logrecord.DeviceLost:
		p.Microphone = MicrophoneLost
	case logrecord.DeviceReturned:
		p.Microphone = MicrophoneOn
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

// process finds the run that a reading belongs to, and moves it to the end of the
// list. A start with a PID seen before begins a new run.
func (s *State) process(r logrecord.Record) *Process {
	i := slices.IndexFunc(s.processes, func(p *Process) bool { return p.PID == r.PID && p.Program == r.Program })
	var p *Process
	if i >= 0 {
		p = s.processes[i]
		s.processes = slices.Delete(s.processes, i, i+1)
	}
	if p == nil || r.Event == logrecord.Started || p.Stopped && r.Event != logrecord.Stopped {
		p = &Process{Program: r.Program, PID: r.PID}
		if r.Program == recorderProgram {
			p.Microphone = MicrophoneOn
		}
	}
	s.processes = append(s.processes, p)
	if len(s.processes) > keptProcesses {
		// Prefer to drop a stopped process: a running one is of more interest, even if
		// it has logged nothing for a long time.
		i := max(0, slices.IndexFunc(s.processes, func(p *Process) bool { return p.Stopped }))
		s.processes = slices.Delete(s.processes, i, i+1)
	}
	return p
}

// keep appends a reading. It drops the oldest ones in batches, as moving all of
// them for each new reading would take longer than reading them.
func keep(readings []logrecord.Record, r logrecord.Record, most int) []logrecord.Record {
	if len(readings) == 2*most {
		readings = slices.Delete(readings, 0, most)
	}
	return append(readings, r)
}

// last returns at most the given number of latest readings, latest last.
func last(readings []logrecord.Record, most int) []logrecord.Record {
	return readings[max(0, len(readings)-most):]
}

// latest returns the last keptReadings readings, latest first.
func latest(readings []logrecord.Record) []logrecord.Record {
	all := append([]logrecord.Record{}, last(readings, keptReadings)...)
	slices.Reverse(all)
	return all
}

// onlyComplained reports whether a process logged only warnings and errors, as do
// commands that just list devices or models: they log neither start nor stop and
// do not count as runs.
func (p *Process) onlyComplained() bool {
	return p.Problems > 0 && p.Started.IsZero() && p.Utterances == 0 && p.Failures == 0
}

// Snapshot judges the latest readings as of now. alive reports whether a process is
// running, to detect those that ended without logging a stop, such as killed ones;
// nil if that cannot be determined.
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
