package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestMemory: memory that the recognisers reserve and the first decodings use counts as the
// model's. Growth beyond that causes one warning, then the model is reloaded; if that does
// not help, the result comes with an error.
func TestMemory(t *testing.T) {
	const mb = 1 << 20
	b := &bench{}
	e := openFake(t, b, Config{MemoryWarn: 400 * mb, MemoryLimit: 500 * mb})
	resident := int64(300 * mb)
	e.memory.usage = func() (int64, int64, error) { return resident, 0, nil }
	e.memory.share, e.memory.first = 100*mb, 1
	step := func(now int64, models int, wantErr bool) {
		t.Helper()
		resident = now * mb
		r, err := e.Decode(t.Context(), Sound{Samples: make([]float32, second)}, nil)
		if r == nil || r.Text() != "good words" {
			t.Errorf("at %d MB: %+v", now, r)
		}
		if errors.Is(err, ErrMemory) != wantErr || len(b.models) != models {
			t.Errorf("at %d MB: %v, %d models", now, err, len(b.models))
		}
	}
	step(300, 1, false) // the model's share is now 300
	step(690, 1, false)
	if e.memory.warned {
		t.Error("a warning at 390 MB of growth")
	}
	step(750, 1, false)
	if !e.memory.warned {
		t.Error("no warning at 450 MB of growth")
	}
	step(801, 2, false) // reloaded
	step(350, 2, false) // that helped
	step(900, 3, false)
	step(900, 3, true) // that did not help
}

func TestProcessMemory(t *testing.T) {
	before, reserved, err := processMemory()
	if err != nil || before < 1<<20 || reserved < before {
		t.Fatalf("%d resident, %d reserved, %v", before, reserved, err)
	}
	block := make([]byte, 64<<20)
	for i := range block {
		block[i] = byte(i)
	}
	after, _, err := processMemory()
	if err != nil || after-before < 50<<20 {
		t.Errorf("allocating 64 MB added %d bytes, %v", after-before, err)
	}
	_ = block[len(block)-1]
}

// TestPace: work that keeps all processors busy is stretched to the limit.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := time.Duration(0)
		p := pace{limit: 0.5, processors: 2, used: func() time.Duration { return busy }}
		began := time.Now()
		for range 10 { // each keeps both processors busy for a second
			time.Sleep(time.Second) // synctest's clock
			busy += 2 * time.Second
			p.wait(context.Background())
		}
		// The first call only starts the measurement; the other nine pause for a second each.
		if took := time.Since(began); took != 19*time.Second {
			t.Errorf("ten seconds of work took %v", took)
		}
	})
}
