package input

import "math"

// DCFilter removes a DC offset from samples, if enabled, and measures the peak
// of the result. Samples without an offset stay exactly as they are. The zero value is
// at the start of a stream.
type DCFilter struct {
	Enabled bool

	mean    float64 // of recent samples
	count   int     // samples in mean, at most offsetWindow
	removed float64 // offset removed from the last sample
	active  bool    // an offset was found and is being removed
	largest float64 // largest offset so far, in units of a sample
	peak    int     // largest magnitude in the output
}

const (
	offsetWindow = 16000 // samples: 1 s
	offsetCount  = 320   // fewest samples to measure an offset from: 20 ms
	offsetMin    = 0.03 * 32768
)

// Process filters the next samples in place.
func (d *DCFilter) Process(samples []int16) {
	if len(samples) > 0 && d.Enabled {
		d.remove(samples)
	}
	for _, v := range samples {
		d.peak = max(d.peak, int(v), -int(v))
	}
}

func (d *DCFilter) remove(samples []int16) {
	sum := 0
	for _, v := range samples {
		sum += int(v)
	}
	d.count = min(d.count+len(samples), offsetWindow)
	share := min(float64(len(samples))/float64(d.count), 1)
	d.mean += (float64(sum)/float64(len(samples)) - d.mean) * share
	if !d.active && d.count >= offsetCount && math.Abs(d.mean) > offsetMin {
		d.active, d.removed = true, d.mean
	}
	if d.active {
		d.largest = max(d.largest, math.Abs(d.mean))
		step := (d.mean - d.removed) / float64(len(samples))
		for i, v := range samples {
			d.removed += step
			samples[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(float64(v)-d.removed))))
		}
	}
}
