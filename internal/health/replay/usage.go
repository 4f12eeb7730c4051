package replay

import (
	"fmt"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"voiceflow/internal/health/peer"
)

// familyEvery is after how many samples the children of the programs are
// looked for again, which costs a look at every process.
const familyEvery = 25

// usage follows the memory and the processor time of the programs and their
// children.
type usage struct {
	stages  []*stage
	family  map[string][]*process.Process // of each program, with itself
	samples int
	memory  map[string][]uint64
	cpu     map[int32]float64 // seconds, by process
}

// watch begins; unless it is wanted, nothing is followed.
func watch(wanted bool, stages ...*stage) (*usage, error) {
	if !wanted {
		return nil, nil
	}
	u := &usage{stages: stages, memory: map[string][]uint64{}, cpu: map[int32]float64{}}
	for _, s := range stages {
		if _, err := process.NewProcess(int32(s.Process.Pid)); err != nil {
			return nil, fmt.Errorf("the memory of %s cannot be read: %w", s.name, err)
		}
	}
	return u, nil
}

// sample adds a reading. What has ended counts nothing.
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

// clock keeps when each utterance was sent.
type clock struct {
	mu   sync.Mutex
	when map[int]time.Time
}

func (c *clock) set(id int, t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.when == nil {
		c.when = map[int]time.Time{}
	}
	c.when[id] = t
}

func (c *clock) get(id int) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.when[id]
	return t, ok
}
