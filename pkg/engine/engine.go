package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// Model is a loaded model. [Library] implements it with libwhisper; tests implement it with a
// model that fails on demand.
type Model interface {
	Name() string
	Device() string
	OnGPU() bool
	AudioContext() int
	WindowStep() int
	CheckLanguage(code string) error
	NewRecogniser() (Recogniser, error)
	Close()
}

// Recogniser is a decoding state of a Model; see [whisper.Recogniser].
type Recogniser interface {
	Transcribe(context.Context, []float32, whisper.Params) (*whisper.Result, error)
	Close()
}

// Opener loads the model on a device.
type Opener func(device string) (Model, error)

// Library returns an opener that loads a model file with libwhisper.
func Library(lib *whisper.Library, path string) Opener {
	return func(device string) (Model, error) {
		m, err := lib.Open(path, device)
		if err != nil {
			return nil, err
		}
		return libraryModel{m}, nil
	}
}

type libraryModel struct{ *whisper.Model }

func (m libraryModel) NewRecogniser() (Recogniser, error) { return m.Model.NewRecogniser() }

// Result is a recognised text and how it was obtained.
type Result struct {
	*whisper.Result
	Model, Device string
	Retries       int // decodings after the first
	// Uncovered lists the stretches of voice for which no words were found, in seconds. Dropped
	// lists text that was written where nobody seems to speak.
	Uncovered []align.Span
	Dropped   []whisper.Segment
	Degraded  []string // fallbacks since the start: "gpu -> cpu", "beam -> greedy"
}

// Engine decodes with one model and several recognisers.
type Engine struct {
	config Config
	open   Opener
	log    zerolog.Logger
	memory memory
	busy   busy
	pace   pace

	slots chan *slot // idle recognisers

	// gate is held for reading by each decoding, and for writing by a recovery, which changes
	// the fields below it.
	gate       sync.RWMutex
	model      Model
	device     string // that the model is opened on
	greedy     bool   // beam search has been abandoned
	degraded   []string
	generation int // how many times the model has been opened

	standard  *Session    // of Decode
	overLimit atomic.Bool // the memory limit was exceeded, and the model reloaded

	mu        sync.Mutex
	failures  int  // in a row, across all recognisers
	reloaded  bool // whether the model was reloaded since the last success
	refreshes int
}

// slot holds one recogniser.
type slot struct {
	recogniser Recogniser // nil until one is needed
	generation int        // of the recogniser's model
	decodings  int        // so far
}

// ErrMemory: the process has grown beyond its memory limit, and reloading the model did not
// help.
var ErrMemory = errors.New("memory limit reached")

// Open loads the model and creates the recognisers. Its errors are those of
// whisper.Library.Open and whisper.Model.NewRecogniser.
func Open(open Opener, config Config, log zerolog.Logger) (*Engine, error) {
	e := &Engine{
		config: config, open: open, log: log, device: config.Device,
		memory: memory{warn: config.MemoryWarn, limit: config.MemoryLimit, usage: processMemory},
		pace:   pace{limit: config.CPULimit, processors: runtime.NumCPU(), used: processorTime},
		slots:  make(chan *slot, max(config.Recognisers, 1)),
	}
	if err := e.load(); err != nil {
		return nil, err
	}
	var err error
	if e.standard, err = e.NewSession(config.Decoding); err != nil {
		e.model.Close()
		return nil, err
	}
	e.memory.weightsLoaded(cap(e.slots))
	defer e.memory.recognisersCreated()
	for range cap(e.slots) {
		s := &slot{}
		if err := s.fill(e.model, e.generation); err != nil {
			e.Close()
			return nil, err
		}
		e.slots <- s
	}
	return e, nil
}

// load opens the model on the current device, after closing the old one. The old model's memory
// is freed once no decoding uses it.
func (e *Engine) load() error {
	if e.model != nil {
		e.emptySlots()
		e.model.Close()
	}
	model, err := e.open(e.device)
	if err != nil {
		return err
	}
	e.model = model
	e.generation++
	return nil
}

// emptySlots frees the idle recognisers.
func (e *Engine) emptySlots() {
	for range cap(e.slots) {
		select {
		case s := <-e.slots:
			s.empty()
			e.slots <- s
		default: // the others are in use
		}
	}
}

// Model returns the name of the model.
func (e *Engine) Model() string {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.Name()
}

// Device returns the name of the device that the model actually runs on.
func (e *Engine) Device() string {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.Device()
}

// Degraded lists the compromises made after errors since the start, such as "gpu -> cpu".
func (e *Engine) Degraded() []string {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.degraded
}

// WindowStep returns the granularity of window lengths, in frames of 20 ms.
func (e *Engine) WindowStep() int {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.WindowStep()
}

// Language returns the code of the configured language, or "" if the language is detected.
func (e *Engine) Language() string { return e.standard.Language() }

// Refreshes returns how many recognisers have been replaced because of RefreshEvery.
func (e *Engine) Refreshes() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.refreshes
}

// Usage is what the process uses.
type Usage struct {
	Resident int64   // bytes
	Growth   int64   // bytes beyond what the model and its recognisers need
	CPU      float64 // share of all processors since the last call, 0 to 1
}

// Usage returns the memory as of the last decoding, and the processor time since the last call.
func (e *Engine) Usage() Usage {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	return Usage{e.memory.last.resident, max(e.memory.last.growth, 0), e.busy.share()}
}

// Close frees the recognisers and the model. All calls of Decode must have returned; a
// cancelled one frees its recogniser when the library is done with it.
func (e *Engine) Close() {
	e.emptySlots()
	e.model.Close()
}

// fill creates the slot's recogniser unless it has one of this generation.
func (s *slot) fill(m Model, generation int) error {
	if s.generation != generation {
		s.empty()
	}
	if s.recogniser != nil {
		return nil
	}
	r, err := m.NewRecogniser()
	if err != nil {
		return fmt.Errorf("cannot create a recogniser: %w", err)
	}
	s.recogniser, s.generation, s.decodings = r, generation, 0
	return nil
}

func (s *slot) empty() {
	if s.recogniser != nil {
		s.recogniser.Close()
		s.recogniser = nil
	}
}
