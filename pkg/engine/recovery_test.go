package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/pkg/whisper"
)

const second = whisper.SampleRate

func openFake(t *testing.T, b *bench, c Config) *Engine {
	t.Helper()
	if c.Device == "" {
		c.Device = whisper.DeviceCPU
	}
	e, err := Open(b.opener, c, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func decode(t *testing.T, e *Engine, samples int) *Result {
	t.Helper()
	r, err := e.Decode(t.Context(), Sound{Samples: make([]float32, samples)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFailuresHeal: one or two failures cost a fresh recogniser each and nothing else; no audio
// is lost.
func TestFailuresHeal(t *testing.T) {
	b := &bench{}
	b.fails = func(call) bool { return len(b.calls)%3 != 0 } // two out of three
	e := openFake(t, b, Config{})
	for range 4 {
		if r := decode(t, e, second); r.Text() != "good words" || r.Degraded != nil {
			t.Errorf("%+v", r)
		}
	}
	states := map[int]bool{}
	for _, c := range b.calls {
		states[c.state] = true
	}
	if len(b.models) != 1 || len(b.calls) != 12 || len(states) != 9 {
		t.Errorf("%d models, %d calls, %d recognisers", len(b.models), len(b.calls), len(states))
	}
}

// TestReload: after three failures in a row the model is reloaded, after exactly the cool-down.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{fails: func(c call) bool { return c.model == 1 }}
		e := openFake(t, b, Config{CoolDown: 5 * time.Second})
		began := time.Now()
		if r := decode(t, e, second); r.Text() != "good words" || r.Degraded != nil {
			t.Errorf("%+v", r)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("it took %v", took)
		}
		if len(b.models) != 2 || b.open != 1 || len(b.calls) != 4 {
			t.Errorf("%d models, %d open, %d calls", len(b.models), b.open, len(b.calls))
		}
		e.Close()
		if b.open != 0 {
			t.Error("the model was not closed")
		}
	})
}

// TestDegrade: if the GPU keeps failing, the engine falls back to the CPU; if beam search on
// the CPU keeps failing, to greedy decoding. Every later result says so.
func TestDegrade(t *testing.T) {
	for _, tt := range []struct {
		name   string
		device string
		fails  func(call) bool
		want   []string
	}{
		{"gpu", whisper.DeviceAuto, func(c call) bool { return c.device != "CPU" }, []string{"gpu -> cpu"}},
		{"beam", whisper.DeviceCPU, func(c call) bool { return c.params.BeamSize > 1 }, []string{"beam -> greedy"}},
		{"both", whisper.DeviceGPU, func(c call) bool { return c.device != "CPU" || c.params.BeamSize > 1 },
			[]string{"gpu -> cpu", "beam -> greedy"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bench{fails: tt.fails}
			e := openFake(t, b, Config{Device: tt.device, Decoding: Decoding{Params: whisper.Params{BeamSize: 5}}})
			for range 2 {
				if r := decode(t, e, second); r.Device != "CPU" || !slices.Equal(r.Degraded, tt.want) {
					t.Errorf("on %s, degraded %q", r.Device, r.Degraded)
				}
			}
			if b.open != 1 {
				t.Errorf("%d models open", b.open)
			}
		})
	}
}

// TestGPUGone: the GPU has disappeared when the model is reloaded.
func TestGPUGone(t *testing.T) {
	b := &bench{fails: func(c call) bool { return c.device != "CPU" }}
	b.opens = func(device string) error {
		if len(b.models) > 0 && device != whisper.DeviceCPU {
			return whisper.ErrNoDevice
		}
		return nil
	}
	e := openFake(t, b, Config{Device: whisper.DeviceGPU})
	if r := decode(t, e, second); r.Device != "CPU" || !slices.Equal(r.Degraded, []string{"gpu -> cpu"}) {
		t.Errorf("%+v", r)
	}
}

// TestPoison: audio that no recogniser can decode fails alone. No fallback is made for it, and
// the next audio is decoded.
func TestPoison(t *testing.T) {
	b := &bench{fails: func(c call) bool { return c.samples == 7*second }}
	e := openFake(t, b, Config{Device: whisper.DeviceGPU, Decoding: Decoding{Params: whisper.Params{BeamSize: 5}}})
	for range 2 {
		if _, err := e.Decode(t.Context(), Sound{Samples: make([]float32, 7*second)}, nil); !errors.Is(err, errFault) || !strings.Contains(err.Error(), "other audio") {
			t.Errorf("poison: %v", err)
		}
		if r := decode(t, e, second); r.Device != "Vulkan0" || r.Degraded != nil {
			t.Errorf("the audio after it: %+v", r)
		}
	}
}

// TestDeadEngine: if nothing helps, each audio returns an error, and the engine works again
// once the fault is gone.
func TestDeadEngine(t *testing.T) {
	broken := true
	b := &bench{fails: func(call) bool { return broken }}
	e := openFake(t, b, Config{Decoding: Decoding{Params: whisper.Params{BeamSize: 2}}})
	for range 3 {
		if _, err := e.Decode(t.Context(), Sound{Samples: make([]float32, second)}, nil); !errors.Is(err, errFault) {
			t.Fatalf("%v", err)
		}
	}
	broken = false
	if r := decode(t, e, second); r.Text() != "good words" || !slices.Equal(r.Degraded, []string{"beam -> greedy"}) {
		t.Errorf("%+v", r)
	}
}

// TestManyAtOnce: recognisers that fail at the same time cause one reload.
func TestManyAtOnce(t *testing.T) {
	b := &bench{fails: func(c call) bool { return c.model == 1 && c.samples > 0 }}
	e := openFake(t, b, Config{Recognisers: 4, CoolDown: time.Millisecond, RefreshEvery: 2})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if r, err := e.Decode(context.Background(), Sound{Samples: make([]float32, second)}, nil); err != nil || r.Text() != "good words" {
				t.Errorf("%v, %v", r, err)
			}
		})
	}
	wg.Wait()
	if len(b.models) != 2 || b.open != 1 {
		t.Errorf("%d models, %d open", len(b.models), b.open)
	}
	e.Close()
}

// TestCancelledCoolDown: cancelling ctx ends the cool-down.
func TestCancelledCoolDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := openFake(t, &bench{fails: func(call) bool { return true }}, Config{CoolDown: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := e.Decode(ctx, Sound{Samples: make([]float32, second)}, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestNoRecogniser(t *testing.T) {
	_, err := Open((&bench{newStates: func(int) error { return errFault }}).opener, Config{Device: "cpu"}, zerolog.Nop())
	if !errors.Is(err, errFault) {
		t.Errorf("%v", err)
	}
}

// TestRefresh: a recogniser is replaced after RefreshEvery decodings.
func TestRefresh(t *testing.T) {
	b := &bench{}
	e := openFake(t, b, Config{RefreshEvery: 5})
	for range 12 {
		decode(t, e, second)
	}
	var states []int
	for _, c := range b.calls {
		states = append(states, c.state)
	}
	if !slices.Equal(states, []int{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3}) || e.Refreshes() != 2 {
		t.Errorf("recognisers %v, %d refreshes", states, e.Refreshes())
	}
}
