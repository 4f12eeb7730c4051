package check

import (
	"slices"
	"time"

	"voiceflow/internal/health/stats"
)

// medianDuration of values in any order; 0 of none.
func medianDuration(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// blockSize is the number of readings of memory that make one point: the
// collector and the recogniser take and give back megabytes with each
// utterance.
const blockSize = 8

// leakOf is a program's growth with each utterance, in the unit of memory.
// Caches and the collector's heap fill in the first part of a session, so a
// third of it is left out, and of the rest the middle of each block counts.
func leakOf(memory []float64) float64 {
	warm := memory[len(memory)/3:]
	var places, blocks []float64
	for len(warm) >= blockSize {
		blocks = append(blocks, stats.Median(warm[:blockSize]))
		places, warm = append(places, float64(len(places))), warm[blockSize:]
	}
	return stats.TheilSen(places, blocks) / blockSize
}
