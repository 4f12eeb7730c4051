package level_test

import (
	"fmt"
	"math"

	"voiceflow/pkg/audio/level"
)

func Example() {
	tone := make([]int16, 16000) // one second of 440 Hz at half of full scale
	for i := range tone {
		tone[i] = int16(16384 * math.Sin(2*math.Pi*440*float64(i)/16000))
	}
	l := level.Of(tone)
	fmt.Printf("peak %.0f dBFS, RMS %.0f dBFS, %.0f %% clipped\n", l.Peak, l.RMS, 100*l.Clipped)
	// Output: peak -6 dBFS, RMS -9 dBFS, 0 % clipped
}

// A Measure takes audio as it arrives.
func ExampleMeasure() {
	var m level.Measure
	for _, block := range [][]int16{{0, 100}, {-200, 50}} {
		m.Push(block)
	}
	fmt.Printf("%d samples, peak %.1f dBFS\n", m.Levels().Samples, m.Levels().Peak)
	// Output: 4 samples, peak -44.3 dBFS
}
