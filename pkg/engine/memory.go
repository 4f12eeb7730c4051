package engine

import (
	"fmt"
	"os"
	"sync"

	"github.com/shirou/gopsutil/v4/process"
)

// memory watches how far the process grows beyond what its model needs. Not all of that is
// resident after loading: libwhisper reserves a recogniser's buffers immediately but only
// touches them once an utterance is long enough. So the model's share is the resident memory
// after loading the weights plus what the recognisers reserved, or the resident memory after
// the first decoding of each recogniser if that is more.
type memory struct {
	warn, limit int64
	usage       func() (resident, reserved int64, err error)

	mu       sync.Mutex
	share    int64 // what the model and its recognisers need
	reserved int64 // before the recognisers were created
	first    int   // remaining decodings that count towards the share
	warned   bool
	last     struct{ resident, growth int64 } // as of the last call of measure
}

// weightsLoaded is called when the weights have been loaded.
func (m *memory) weightsLoaded(recognisers int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.share, m.reserved, _ = m.usage() // without figures from the system, nothing is watched
	m.first, m.warned = recognisers, false
}

// recognisersCreated is called when the recognisers have been created.
func (m *memory) recognisersCreated() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, reserved, err := m.usage(); err == nil {
		m.share += max(reserved-m.reserved, 0)
	}
}

// measure is called after a decoding. It returns the growth in bytes, whether to warn about it
// (once per load), and whether it exceeds the limit.
func (m *memory) measure() (growth int64, warn, stop bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	resident, _, err := m.usage()
	if err != nil {
		return 0, false, false
	}
	if m.first > 0 {
		m.first--
		m.share = max(m.share, resident)
	}
	growth = resident - m.share
	m.last.resident, m.last.growth = resident, growth
	warn = m.warn > 0 && growth > m.warn && !m.warned
	m.warned = m.warned || warn
	return growth, warn, m.limit > 0 && growth > m.limit
}

// processMemory asks the system for this process's memory, in bytes.
func processMemory() (resident, reserved int64, err error) {
	// process.NewProcess reads more, and takes too long to call after every decoding.
	p := process.Process{Pid: int32(os.Getpid())}
	info, err := p.MemoryInfo()
	if err != nil {
		return 0, 0, err
	}
	return int64(info.RSS), int64(info.VMS), nil
}

// checkMemory warns about growth. When it exceeds the limit, the model is reloaded, once; if
// that does not help, the result is an ErrMemory.
func (e *Engine) checkMemory() error {
	growth, warn, stop := e.memory.measure()
	if warn {
		e.log.Warn().Msgf("the process has grown by %d MB beyond its model", growth>>20)
	}
	if !stop {
		e.overLimit.Store(false)
		return nil
	}
	if e.overLimit.Swap(true) {
		return fmt.Errorf("%w: the process has grown by %d MB beyond its model (limit %d MB); "+
			"raise --memory-limit, or restart", ErrMemory, growth>>20, e.memory.limit>>20)
	}
	e.log.Warn().Msgf("the process has grown by %d MB beyond its model: reloading it", growth>>20)
	e.gate.Lock()
	defer e.gate.Unlock()
	return e.load()
}
