package check

import (
	"math"
	"math/rand/v2"
	"testing"

	"voiceflow/internal/health/verdict"
)

// TestLeakOf makes the memory of sessions: what healthy programs do, measured
// with the demo model, and leaks.
func TestLeakOf(t *testing.T) {
	limit := DefaultLimits().Leak
	random := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct {
		name string
		leak float64 // MB an utterance
		want verdict.Status
	}{{"healthy", 0, verdict.OK}, {"small leak", 0.1, verdict.OK}, {"half a megabyte", 0.5, verdict.Warning}, {"a megabyte", 1, verdict.Critical}} {
		for range 200 {
			var memory []float64
			for i := range 120 {
				m := 58 + 12*(1-math.Exp(-float64(i)/15)) // caches fill
				m += 3 * random.NormFloat64()             // the collector's heap
				if random.IntN(20) == 0 {
					m += 30 // a large buffer for a moment
				}
				memory = append(memory, m+tt.leak*float64(i))
			}
			if got := leakOf(memory); limit.Judge(got) != tt.want {
				t.Fatalf("%s: %.2f MB an utterance: %v", tt.name, got, limit.Judge(got))
			}
		}
	}
	if got := leakOf([]float64{1, 2}); got != 0 {
		t.Errorf("of two readings: %v", got)
	}
}
