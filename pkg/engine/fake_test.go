package engine

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"voiceflow/pkg/whisper"
)

var errFault = errors.New("injected fault")

// bench stands in for libwhisper: it fails on demand and counts calls.
type bench struct {
	// fails reports whether a decoding fails, given the model's number and device, the beam and
	// the length of the audio.
	fails     func(call) bool
	failure   error                      // of a decoding that fails; nil: errFault
	opens     func(device string) error  // nil: opening always succeeds
	results   func(call) *whisper.Result // nil: a confident result
	newStates func(model int) error      // nil: always succeeds
	mu        sync.Mutex
	models    []string // devices, in the order of opening
	open      int      // models open
	states    int      // recognisers created
	calls     []call
}

type call struct {
	model   int // from 1
	device  string
	state   int // from 1
	samples int
	params  whisper.Params
}

func (b *bench) opener(device string) (Model, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.opens != nil {
		if err := b.opens(device); err != nil {
			return nil, err
		}
	}
	if device == whisper.DeviceAuto || device == whisper.DeviceGPU {
		device = "Vulkan0"
	} else {
		device = "CPU"
	}
	b.models = append(b.models, device)
	b.open++
	return &fakeModel{b, len(b.models), device}, nil
}

type fakeModel struct {
	bench  *bench
	number int
	device string
}

func (m *fakeModel) Name() string               { return "fake" }
func (m *fakeModel) Device() string             { return m.device }
func (m *fakeModel) OnGPU() bool                { return m.device != "CPU" }
func (m *fakeModel) AudioContext() int          { return 1500 }
func (m *fakeModel) WindowStep() int            { return 256 }
func (m *fakeModel) CheckLanguage(string) error { return nil }

func (m *fakeModel) Close() {
	m.bench.mu.Lock()
	defer m.bench.mu.Unlock()
	m.bench.open--
}

func (m *fakeModel) NewRecogniser() (Recogniser, error) {
	m.bench.mu.Lock()
	defer m.bench.mu.Unlock()
	if m.bench.newStates != nil {
		if err := m.bench.newStates(m.number); err != nil {
			return nil, err
		}
	}
	m.bench.states++
	return &fakeRecogniser{m, m.bench.states}, nil
}

type fakeRecogniser struct {
	model *fakeModel
	state int
}

func (r *fakeRecogniser) Close() {}

func (r *fakeRecogniser) Transcribe(ctx context.Context, samples []float32, p whisper.Params) (*whisper.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b := r.model.bench
	b.mu.Lock()
	defer b.mu.Unlock()
	c := call{r.model.number, r.model.device, r.state, len(samples), p}
	b.calls = append(b.calls, c)
	if b.fails != nil && b.fails(c) {
		return nil, cmp.Or(b.failure, errFault)
	}
	if b.results != nil {
		result := b.results(c)
		result.Temperature, result.AudioContext = p.Temperature, p.AudioContext
		result.Processing = time.Millisecond
		return result, nil
	}
	return sure("good words"), nil
}

func result(text string, logprob, ratio float64) *whisper.Result {
	return &whisper.Result{Segments: []whisper.Segment{{Text: text, Tokens: 20, AvgLogprob: logprob, CompressionRatio: ratio, End: 1}}}
}

func sure(text string) *whisper.Result { return result(text, -0.1, 1) }
