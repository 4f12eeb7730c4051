package engine

import (
	"fmt"
	"os"
	"sync"

	"github.com/shirou/gopsutil/v4/process"
)

// memory watches how far the process grows beyond its model. What the model
// takes is not all resident when it has been loaded: libwhisper reserves the
// buffers of a recogniser at once and touches them when an utterance is long
// enough. Hence the model's share is what was resident after loading the
// weights, and what the recognisers reserved, or the resident memory after the
// first decoding of each recogniser, if that is more.
type memory struct {
	warn, limit int64
	usage       func() (resident, reserved int64, err error)

	mu       sync.Mutex
	share    int64 // of the model
	reserved int64 // before the recognisers were made
	first    int   // decodings that still belong to the model's share
	warned   bool
	last     struct{ resident, growth int64 } // as grown saw it
}

// loaded is called when the weights are there, prepared when the recognisers
// are.
func (m *memory) loaded(recognisers int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.share, m.reserved, _ = m.usage() // where the system does not tell, nothing is watched
	m.first, m.warned = recognisers, false
}

func (m *memory) prepared() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, reserved, err := m.usage(); err == nil {
		m.share += max(reserved-m.reserved, 0)
	}
}

// grown looks at the process after a decoding. It tells the growth in bytes,
// whether that calls for a warning that was not given yet, and whether it is
// too much.
func (m *memory) grown() (growth int64, warn, stop bool) {
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

// processMemory asks the system about this process.
func processMemory() (resident, reserved int64, err error) {
	// process.NewProcess would find out more, and take longer than a decoding
	// should wait.
	p := process.Process{Pid: int32(os.Getpid())}
	info, err := p.MemoryInfo()
	if err != nil {
		return 0, 0, err
	}
	return int64(info.RSS), int64(info.VMS), nil
}

// checkMemory warns of growth. What has grown beyond the limit is loaded again,
// once; where that does not help, the error ends the work.
func (e *Engine) checkMemory() error {
	growth, warn, stop := e.memory.grown()
	if warn {
		e.log.Warn().Msgf("the process has grown by %d MB beyond its model", growth>>20)
	}
	if !stop {
		e.grew.Store(false)
		return nil
	}
	if e.grew.Swap(true) {
		return fmt.Errorf("%w: the process has grown by %d MB beyond its model, the limit is %d MB; raise --memory-limit, or restart",
			ErrMemory, growth>>20, e.memory.limit>>20)
	}
	e.log.Warn().Msgf("the process has grown by %d MB beyond its model: it is loaded again", growth>>20)
	e.gate.Lock()
	defer e.gate.Unlock()
	return e.load()
}
