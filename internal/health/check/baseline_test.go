package check

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/verdict"
)

// noisyMachine simulates the times that a round measures on a shared machine.
type noisyMachine struct {
	*rand.Rand
	slower float64 // factor by which the programs are slower
}

// round simulates measureRound, with the noise that remains in a program's own
// time: most utterances take up to 5 % longer, one in four is disturbed, and now
// and then the whole machine is up to 1.8 times as slow for a round, because
// another guest of the host takes its caches and clock rate.
func (m noisyMachine) round() *Baseline {
	machine := 1.0
	if m.IntN(4) == 0 {
		machine = 1 + 0.8*m.Float64()
	}
	shortest := func(seconds float64, times int) float64 {
		best := 0.0
		for range times {
			took := seconds * machine * (1 + 0.05*m.Float64())
			if m.IntN(4) == 0 {
				took *= 1 + 3*m.Float64()
			}
			if best == 0 || took < best {
				best = took
			}
		}
		return best
	}
	b := &Baseline{
		Device: "CPU", Calibration: Calibration{shortest(1e-4, 400), shortest(1e-3, 80)},
		Recordings: map[string]RecordingBaseline{},
	}
	for i := range 5 {
		n := 1 + 3*(i/4)
		var times []float64
		for range n {
			times = append(times, shortest(0.045*m.slower, repeats))
		}
		b.Recordings[fmt.Sprint(i)] = RecordingBaseline{Seconds: times}
	}
	return b
}

// saved and compared simulate SaveBaseline and CompareBaseline.
func (m noisyMachine) saved() *Baseline {
	var b *Baseline
	for range saveRounds {
		b = b.merge(m.round())
	}
	return b
}

func (m noisyMachine) compared(base *Baseline, limit Threshold) (verdict.Status, float64) {
	var now *Baseline
	for range compareRounds {
		now = now.merge(m.round())
		if limit.Judge(now.slowdown(base)) == verdict.OK {
			break
		}
	}
	return limit.Judge(now.slowdown(base)), now.slowdown(base)
}

// TestSlowdownUnderNoise checks that noise never causes a warning and that a
// recogniser three times slower is always critical.
func TestSlowdownUnderNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	limit := DefaultLimits().Regression
	for i := range 2000 {
		base := noisyMachine{random, 1}.saved()
		if status, by := (noisyMachine{random, 1}).compared(base, limit); status != verdict.OK {
			t.Fatalf("machine %d, healthy: %v, %.2f", i, status, by)
		}
		if status, by := (noisyMachine{random, 3}).compared(base, limit); status != verdict.Critical {
			t.Fatalf("machine %d, three times slower: %v, %.2f", i, status, by)
		}
	}
}

func TestSlowdownOfGPU(t *testing.T) {
	recordings := func(s float64) map[string]RecordingBaseline {
		return map[string]RecordingBaseline{"a": {Seconds: []float64{s}}}
	}
	base := &Baseline{Device: "CUDA0", Calibration: Calibration{1, 1}, Recordings: recordings(1)}
	now := &Baseline{Device: "CUDA0", Calibration: Calibration{2, 2}, Recordings: recordings(3)} // busy processors
	if got := now.slowdown(base); got != 3 {
		t.Errorf("slowdown is %v, want 3", got)
	}
	now.Device = "CPU"
	if got := now.slowdown(base); got != 1.5 {
		t.Errorf("slowdown on the CPU is %v, want 1.5", got)
	}
}

func TestBaselineFile(t *testing.T) {
	path := BaselinePath(t.TempDir())
	if _, err := LoadBaseline(path, "m", "CPU"); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("without a file: %v", err)
	}
	for _, b := range []*Baseline{
		{Model: "m", Device: "CPU", MemoryMB: 1}, {Model: "m", Device: "CUDA0", MemoryMB: 2}, {Model: "m", Device: "CPU", MemoryMB: 3},
	} {
		b.Time = time.Unix(1e9, 0).UTC()
		if err := b.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	for device, want := range map[string]float64{"CPU": 3, "CUDA0": 2} {
		if b, err := LoadBaseline(path, "m", device); err != nil || b.MemoryMB != want {
			t.Errorf("%s: %+v, %v", device, b, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadBaseline(path, "m", "CPU"); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("broken file: %v", err)
	}
	if err := (&Baseline{Model: "m"}).Save(path); err != nil {
		t.Errorf("cannot replace a broken file: %v", err)
	}
}

func TestCompareMemoryAndWords(t *testing.T) {
	base := &Baseline{MemoryMB: 60, Recordings: map[string]RecordingBaseline{"a": {WER: 0.05}, "b": {}}}
	for _, tt := range []struct {
		memory, wer float64
		want        verdict.Status
	}{{60, 0.05, verdict.OK}, {120, 0.09, verdict.OK}, {130, 0, verdict.Warning}, {300, 0, verdict.Critical}, {60, 0.12, verdict.Warning}, {60, 0.25, verdict.Critical}} {
		r := &Report{}
		now := &Baseline{MemoryMB: tt.memory, Recordings: map[string]RecordingBaseline{"a": {WER: tt.wer}}}
		compareMemory(r, base, now)
		compareWords(r, base, now)
		if r.Status != tt.want {
			t.Errorf("%+v: %v %+v", tt, r.Status, r.Findings)
		}
	}
}
