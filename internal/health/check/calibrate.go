package check

import "time"

// Calibration does the two kinds of work that recognition consists of: computing
// within the processor's caches, and reading weights that do not fit there. Each
// run is short, so that among many some are not interrupted, however busy the
// machine is.
const (
	calibrationSide    = 64      // side of the matrices, 16 KB each
	calibrationWeights = 4 << 20 // numbers, 16 MB
	calibrationRuns    = 10      // matrix products per call of run
)

// Calibration is the shortest time for each kind of work, in seconds.
type Calibration struct {
	Compute float64 `json:"compute_seconds"`
	Memory  float64 `json:"memory_seconds"`
}

// slowdown returns the factor by which the machine has become slower: the mean of
// both kinds of work, or 1 if either is unknown.
func (c Calibration) slowdown(was Calibration) float64 {
	if was.Compute <= 0 || was.Memory <= 0 || c.Compute <= 0 || c.Memory <= 0 {
		return 1
	}
	return (c.Compute/was.Compute + c.Memory/was.Memory) / 2
}

func (c Calibration) merge(other Calibration) Calibration {
	return Calibration{min(c.Compute, other.Compute), min(c.Memory, other.Memory)}
}

// calibrator times fixed computations, to distinguish a slower machine from
// slower programs.
type calibrator struct {
	best    Calibration // 0 before the first run
	a, b, c []float32
	weights []float32
	sum     float32 // keeps the compiler from removing the work
}

func newCalibrator() *calibrator {
	numbers := func(n int) []float32 {
		m := make([]float32, n)
		for i := range m {
			m[i] = float32(i%7) / 8
		}
		return m
	}
	const matrix = calibrationSide * calibrationSide
	return &calibrator{a: numbers(matrix), b: numbers(matrix), c: numbers(matrix), weights: numbers(calibrationWeights)}
}

// run does each kind of work several times.
func (c *calibrator) run() {
	for range calibrationRuns {
		shortest(&c.best.Compute, func() { multiply(c.a, c.b, c.c) })
	}
	for range 2 {
		shortest(&c.best.Memory, func() { c.sum += total(c.weights) })
	}
}

// shortest times work and keeps the time if it is the best.
func shortest(best *float64, work func()) {
	began := time.Now()
	work()
	if took := time.Since(began).Seconds(); *best == 0 || took < *best {
		*best = took
	}
}

// total adds up one number per cache line.
func total(x []float32) float32 {
	sum := float32(0)
	for i := 0; i < len(x); i += 16 {
		sum += x[i]
	}
	return sum
}

// multiply sets c to the matrix product of a and b.
func multiply(a, b, c []float32) {
	const n = calibrationSide
	clear(c)
	for i := range n {
		row := c[i*n : (i+1)*n]
		for k := range n {
			f := a[i*n+k]
			for j, v := range b[k*n : (k+1)*n] {
				row[j] += f * v
			}
		}
	}
}
