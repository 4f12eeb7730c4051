package check

import (
	"math"
	"math/rand/v2"
	"testing"

	"voiceflow/internal/health/verdict"
)

// TestLeakOf simulates the memory of sessions: healthy programs, as measured with
// the demo model, and leaks.
func TestLeakOf(t *testing.T) {
	limit := DefaultLimits().Leak
	random := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct {
		name string
		leak float64 // MB per utterance
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
			if got := leakRate(memory); limit.Judge(got) != tt.want {
				t.Fatalf("%s: %.2f MB per utterance: %v", tt.name, got, limit.Judge(got))
			}
		}
	}
	if got := leakRate([]float64{1, 2}); got != 0 {
		t.Errorf("two readings: %v, want 0", got)
	}
}
