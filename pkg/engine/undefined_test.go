package engine

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"voiceflow/pkg/whisper"
)

// TestUndefined: values that are not numbers cost no further tries on the CPU, and one
// change from a GPU to the CPU.
func TestUndefined(t *testing.T) {
	for device, want := range map[string]struct{ models, calls int }{
		whisper.DeviceCPU: {1, 1}, whisper.DeviceGPU: {2, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &bench{failure: fmt.Errorf("model x: %w", whisper.ErrUndefined), fails: func(call) bool { return true }}
			e := openFake(t, b, Config{Device: device, CoolDown: time.Hour, Decoding: Decoding{Params: whisper.Params{BeamSize: 5}}})
			began := time.Now()
			_, err := e.Decode(t.Context(), Sound{Samples: make([]float32, second)}, nil)
			if !errors.Is(err, whisper.ErrUndefined) || len(b.models) != want.models || len(b.calls) != want.calls {
				t.Errorf("%s: %v; %d models, %d calls", device, err, len(b.models), len(b.calls))
			}
			if took := time.Since(began); took >= time.Hour {
				t.Errorf("%s: it took %v", device, took)
			}
			e.Close()
		})
	}
}

// TestUndefinedOnGPU: if only the GPU computes wrongly, no words are lost.
func TestUndefinedOnGPU(t *testing.T) {
	b := &bench{failure: whisper.ErrUndefined, fails: func(c call) bool { return c.device != "CPU" }}
	e := openFake(t, b, Config{Device: whisper.DeviceGPU})
	defer e.Close()
	if r := decode(t, e, second); r.Text() != "good words" || len(r.Degraded) != 1 || r.Degraded[0] != "gpu -> cpu" {
		t.Errorf("%+v", r)
	}
}
