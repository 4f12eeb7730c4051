package health

import (
	"math"
	"slices"
	"time"
)

// median of values in any order; NaN of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func medianDuration(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// slope is how much y grows with each step, by the median of the slopes
// between all pairs of points (Theil, "A rank-invariant method of linear and
// polynomial regression analysis", 1950; Sen, 1968): a third of the points may
// be anything.
func slope(y []float64) float64 {
	var slopes []float64
	for i := range y {
		for j := i + 1; j < len(y); j++ {
			slopes = append(slopes, (y[j]-y[i])/float64(j-i))
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	return median(slopes)
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
	var blocks []float64
	for len(warm) >= blockSize {
		blocks = append(blocks, median(warm[:blockSize]))
		warm = warm[blockSize:]
	}
	return slope(blocks) / blockSize
}
