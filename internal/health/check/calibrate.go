package check

import "time"

// The calibration's work is of the two kinds that recognition is: computing
// within a processor's caches, and going through weights that have no room
// there. Each takes a moment only, so that of many runs some are not
// interrupted, however much else the machine does.
const (
	calibrationSide    = 64      // of the matrices, 16 KB each
	calibrationWeights = 4 << 20 // numbers, 16 MB
	calibrationRuns    = 10      // at a time
)

// Calibration is the shortest time of each kind of work, in seconds.
type Calibration struct {
	Compute float64 `json:"compute_seconds"`
	Memory  float64 `json:"memory_seconds"`
}

// slower is how much slower a machine is than it was: the mean of both kinds; 1
// where one is unknown.
func (c Calibration) slower(was Calibration) float64 {
	if was.Compute <= 0 || was.Memory <= 0 || c.Compute <= 0 || c.Memory <= 0 {
		return 1
	}
	return (c.Compute/was.Compute + c.Memory/was.Memory) / 2
}

func (c Calibration) shorter(other Calibration) Calibration {
	return Calibration{min(c.Compute, other.Compute), min(c.Memory, other.Memory)}
}

// calibrator times fixed computations, to tell a slower machine from slower
// programs.
type calibrator struct {
	best    Calibration // 0 before the first run
	a, b, c []float32
	weights []float32
	sum     float32 // so that the work is not left out
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

// run does the work some times.
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

// total adds up one number of each cache line.
func total(x []float32) float32 {
	sum := float32(0)
	for i := 0; i < len(x); i += 16 {
		sum += x[i]
	}
	return sum
}

// multiply makes c the product of a and b.
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
