package whisper

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// overflow replaces the weights of a tensor of float32 by the largest numbers, with which
// every sum is infinite or undefined. Weights that are not finite are not loaded at all.
func overflow(tensor *testTensor) {
	tensor.weights = bytes.Repeat([]byte{0xff, 0xff, 0x7f, 0x7f}, len(tensor.weights)/4)
}

// decodeWith decodes sound with a model and returns the error and the processor time.
func decodeWith(t *testing.T, lib *Library, m *testModel, sound []float32) (*Result, time.Duration, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "undefined.bin")
	if err := os.WriteFile(path, m.file(), 0o600); err != nil {
		t.Fatal(err)
	}
	model, err := lib.Open(path, DeviceCPU)
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	r, err := model.NewRecogniser()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	before := processorTime()
	result, err := r.Transcribe(t.Context(), sound, Params{Threads: 1})
	return result, processorTime() - before, err
}

// TestUndefinedWeights: weights that are not numbers end a decoding with an error, soon.
func TestUndefinedWeights(t *testing.T) {
	lib, err := Load(Options{Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: DeviceCPU, BLAS: BLASOff}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	var single []int // tensors of float32
	all := demoModel(t)
	for i := range all.tensors {
		if all.tensors[i].kind == 0 {
			single = append(single, i)
			overflow(&all.tensors[i])
		}
	}
	long := make([]float32, 0, 65*SampleRate)
	for len(long) < cap(long) {
		long = append(long, secondOfSound()...)
	}
	for name, sound := range map[string][]float32{"a second": secondOfSound(), "several windows": long} {
		result, took, err := decodeWith(t, lib, all, sound)
		// Of several windows only the words are looked at, and without any there is nothing
		// to tell: the engine then decodes the windows one by one.
		silent := len(sound) > WindowSeconds*SampleRate && err == nil && result.Text() == ""
		if !errors.Is(err, ErrUndefined) && !silent || took > hostileTime {
			t.Errorf("%s: %v after %v, result %+v", name, err, took, result)
		}
	}
	const step = 25 // a tensor of every kind and layer, but not all of them
	for n := 0; n < len(single); n += step {
		m := demoModel(t)
		tensor := &m.tensors[single[n]]
		overflow(tensor)
		result, took, err := decodeWith(t, lib, m, secondOfSound())
		if err != nil && !errors.Is(err, ErrUndefined) || took > hostileTime {
			t.Errorf("only %s: %v after %v", tensor.name, err, took)
		}
		if err == nil && math.IsNaN(result.NoSpeechProb) {
			t.Errorf("only %s: %+v", tensor.name, result)
		}
	}
}

// TestCancelIsNoError: that a cancelled call ends early is not logged as a failure.
func TestCancelIsNoError(t *testing.T) {
	var log bytes.Buffer
	lib, err := Load(Options{Backends: os.Getenv("VOICEFLOW_BACKENDS"), Device: DeviceCPU, BLAS: BLASOff}, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	model, err := lib.Open("../../testdata/model/vf-demo.en.bin", DeviceCPU)
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	r, err := model.NewRecogniser()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	params, _, err := r.params(Params{Threads: 1}, SampleRate)
	if err != nil {
		t.Fatal(err)
	}
	d := &decoding{recogniser: r, params: params, samples: secondOfSound(), ended: make(chan struct{})}
	d.cancelled.Store(1)
	r.work <- d
	<-d.ended
	if d.code == 0 || strings.Contains(log.String(), `"error"`) || !strings.Contains(log.String(), "failed to ") {
		t.Errorf("code %d, log: %s", d.code, log.String())
	}
	if _, err := r.Transcribe(context.Background(), secondOfSound(), Params{Threads: 1}); err != nil {
		t.Errorf("the next call: %v", err)
	}
}
