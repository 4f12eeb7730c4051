package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/pkg/engine/align"
	"voiceflow/pkg/whisper"
)

// Config says how an engine works.
type Config struct {
	Device      string // as for whisper.Library.Open
	Recognisers int    // at work at the same time, 1 at least

	Params whisper.Params // its AudioContext is ignored: see Context
	// Languages are the codes of those that may be spoken, or whisper.LanguageAuto
	// alone for all: which one, is found out for each piece of audio. Empty: Params.Language is spoken.
	Languages []string
	Context   int // Fitted, 0 for the full window, or frames of 20 ms
	// TemperatureInc is the step to a higher temperature after a failure, up
	// to 1; 0 never goes higher. A failure is text that compresses by more than
	// CompressionRatioThreshold or is less likely than Params.LogprobThreshold.
	TemperatureInc            float64
	CompressionRatioThreshold float64
	// SoundNotes keeps text that is nothing but a note on a sound, such as [Music].
	SoundNotes bool
	// KeepAll keeps what was probably made up, and notes that there is nothing to hear.
	KeepAll bool

	RefreshEvery int           // decodings, after which a recogniser starts anew; 0: never
	CoolDown     time.Duration // before the model is loaded again after errors

	// CPULimit is the share of the machine's processors, 0 to 1, that decoding
	// may take on average, by pausing between decodings; 0: all of it.
	CPULimit float64
	// MemoryWarn and MemoryLimit bound the growth of the process's resident
	// memory beyond what the model and its recognisers take, in bytes; 0: not.
	MemoryWarn, MemoryLimit int64
}

// Model is a loaded model, and Recogniser a decoding state over it. libwhisper
// is behind them (see [Library]), or a test that lets them fail.
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

// Recogniser is a decoding state over a Model; see [whisper.Recogniser].
type Recogniser interface {
	Transcribe(context.Context, []float32, whisper.Params) (*whisper.Result, error)
	Close()
}

// Opener loads the model on a device.
type Opener func(device string) (Model, error)

// Library opens a model file with libwhisper.
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

// Result is what was recognised, and what it took.
type Result struct {
	*whisper.Result
	Model, Device string
	Retries       int // decodings beyond the first
	// Uncovered are the stretches of the sound's voice that no words were found for, in
	// seconds, and Dropped what was written where nobody seems to speak.
	Uncovered []align.Span
	Dropped   []whisper.Segment
	Degraded  []string // what was given up since the start: "gpu -> cpu", "beam -> greedy"
}

// Engine decodes with one model and several recognisers.
type Engine struct {
	config Config
	open   Opener
	log    zerolog.Logger
	memory memory
	busy   busy
	pace   pace

	slots chan *slot // the recognisers that have nothing to do

	// gate is held for reading by each decoding and for writing by a recovery,
	// which changes what follows.
	gate       sync.RWMutex
	model      Model
	device     string // to open the model on
	greedy     bool   // beam search was given up
	degraded   []string
	generation int // of the model; counts the times it was opened

	spoken atomic.Value // string: the language of the last result
	grew   atomic.Bool  // beyond the memory limit, so that the model was loaded again

	mu        sync.Mutex
	failures  int  // in a row, of all recognisers
	reloaded  bool // since the last success
	refreshes int
}

// slot is the place of a recogniser.
type slot struct {
	recogniser Recogniser // nil: to be made
	generation int        // of the model it belongs to
	used       int        // decodings
}

// ErrMemory says that the process has grown beyond its limit, and loading the
// model again did not help.
var ErrMemory = errors.New("memory limit reached")

// Open loads the model and makes the recognisers. Errors are those of
// whisper.Library.Open and whisper.Model.NewRecogniser.
func Open(open Opener, config Config, log zerolog.Logger) (*Engine, error) {
	e := &Engine{
		config: config, open: open, log: log, device: config.Device,
		memory: memory{warn: config.MemoryWarn, limit: config.MemoryLimit, usage: processMemory},
		pace:   pace{limit: config.CPULimit, processors: runtime.NumCPU(), used: processorTime},
		slots:  make(chan *slot, max(config.Recognisers, 1)),
	}
	e.config.setDefaults()
	if err := e.load(); err != nil {
		return nil, err
	}
	if err := e.config.checkLanguages(e.model); err != nil {
		e.model.Close()
		return nil, err
	}
	e.memory.loaded(cap(e.slots))
	defer e.memory.prepared()
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

// setDefaults fills in the thresholds of openai/whisper.
func (c *Config) setDefaults() {
	c.CompressionRatioThreshold = cmp.Or(c.CompressionRatioThreshold, whisper.DefaultCompressionRatioThreshold)
	c.Params.LogprobThreshold = cmp.Or(c.Params.LogprobThreshold, whisper.DefaultLogprobThreshold)
	c.Params.NoSpeechThreshold = cmp.Or(c.Params.NoSpeechThreshold, whisper.DefaultNoSpeechThreshold)
}

// load opens the model on the device, in place of the one before, whose memory
// is free as soon as nobody decodes with it.
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

// emptySlots frees the recognisers that have nothing to do.
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

// Model names the model.
func (e *Engine) Model() string {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.Name()
}

// Device names the device that the model really runs on.
func (e *Engine) Device() string {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.Device()
}

// WindowStep is the step in which windows can be shortened, in frames of 20 ms.
func (e *Engine) WindowStep() int {
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.model.WindowStep()
}

// Language is the code of the language that is expected; empty where it is
// found out.
func (e *Engine) Language() string {
	switch {
	case len(e.config.Languages) > 0:
		return ""
	case e.config.Params.Language == "":
		return "en"
	}
	return e.config.Params.Language
}

// Refreshes counts the recognisers that were started anew by RefreshEvery.
func (e *Engine) Refreshes() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.refreshes
}

// Usage is what the process takes.
type Usage struct {
	Resident int64   // bytes
	Growth   int64   // bytes beyond what the model and its recognisers take
	CPU      float64 // share of all processors since the last look, 0 to 1
}

// Usage looks at the process as it was after the last decoding.
func (e *Engine) Usage() Usage {
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	return Usage{e.memory.last.resident, max(e.memory.last.growth, 0), e.busy.share()}
}

// Close frees the recognisers and the model. Decodings must have returned; one
// that was cancelled frees its recogniser when the library is done with it.
func (e *Engine) Close() {
	e.emptySlots()
	e.model.Close()
}

// fill makes the slot's recogniser where it has none of this generation.
func (s *slot) fill(m Model, generation int) error {
	if s.generation != generation {
		s.empty()
	}
	if s.recogniser != nil {
		return nil
	}
	r, err := m.NewRecogniser()
	if err != nil {
		return fmt.Errorf("recogniser: %w", err)
	}
	s.recogniser, s.generation, s.used = r, generation, 0
	return nil
}

func (s *slot) empty() {
	if s.recogniser != nil {
		s.recogniser.Close()
		s.recogniser = nil
	}
}
