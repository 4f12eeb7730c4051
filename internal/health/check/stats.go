package check

import (
	"slices"
	"time"

	"voiceflow/internal/health/stats"
)

// medianDuration returns the upper median of values in any order; 0 if there are
// none.
func medianDuration(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// blockSize is the number of memory readings per point. Single readings vary: the
// garbage collector and the recogniser allocate and free megabytes with each
// utterance.
const blockSize = 8

// leakRate returns a program's growth per utterance, in the unit of memory. It
// ignores the first third of a session, in which caches and the heap fill, and
// fits the medians of blocks of the rest.
func leakRate(memory []float64) float64 {
	warm := memory[len(memory)/3:]
	var places, blocks []float64
	for len(warm) >= blockSize {
		blocks = append(blocks, stats.Median(warm[:blockSize]))
		places, warm = append(places, float64(len(places))), warm[blockSize:]
	}
	return stats.TheilSen(places, blocks) / blockSize
}
