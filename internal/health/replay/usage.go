package replay

import (
	"fmt"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"voiceflow/internal/health/peer"
)

// familyEvery is the number of samples after which the programs' children are
// looked up again, which reads every process of the machine.
const familyEvery = 25

// usage measures the memory and processor time of the programs and their
// children.
type usage struct {
	stages  []*stage
	family  map[string][]*process.Process // each program and its children
	samples int
	memory  map[string][]uint64
	cpu     map[int32]float64 // seconds, by process
}

// measureUsage starts measuring. It returns nil unless enabled; all methods also
// work on nil.
func measureUsage(enabled bool, stages ...*stage) (*usage, error) {
	if !enabled {
		return nil, nil
	}
	u := &usage{stages: stages, memory: map[string][]uint64{}, cpu: map[int32]float64{}}
	for _, s := range stages {
		if _, err := process.NewProcess(int32(s.Process.Pid)); err != nil {
			return nil, fmt.Errorf("cannot read the memory of %s: %w", s.name, err)
		}
	}
	return u, nil
}

// sample adds a reading. Processes that have ended are skipped.
func (u *usage) sample() {
	if u == nil {
		return
	}
	if u.samples%familyEvery == 0 {
		u.findFamilies()
	}
	u.samples++
	for _, s := range u.stages {
		sum := uint64(0)
		for _, p := range u.family[s.name] {
			if m, err := p.MemoryInfo(); err == nil {
				sum += m.RSS
			}
			if t, err := p.Times(); err == nil {
				u.cpu[p.Pid] = t.User + t.System
			}
		}
		if sum > 0 {
			u.memory[s.name] = append(u.memory[s.name], sum)
		}
	}
}

func (u *usage) findFamilies() {
	u.family = map[string][]*process.Process{}
	for _, s := range u.stages {
		for _, pid := range peer.Family(int32(s.Process.Pid)) {
			if p, err := process.NewProcess(pid); err == nil {
				u.family[s.name] = append(u.family[s.name], p)
			}
		}
	}
}

func (u *usage) result() (map[string][]uint64, time.Duration) {
	if u == nil {
		return nil, 0
	}
	seconds := 0.0
	for _, s := range u.cpu {
		seconds += s
	}
	return u.memory, time.Duration(seconds * float64(time.Second))
}

// sendTimes holds the time at which each utterance was sent, by id.
type sendTimes struct {
	mu    sync.Mutex
	times map[int]time.Time
}

func (s *sendTimes) set(id int, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		s.times = map[int]time.Time{}
	}
	s.times[id] = t
}

func (s *sendTimes) get(id int) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.times[id]
	return t, ok
}
