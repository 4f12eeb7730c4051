package input

import "math"

// offset takes a DC offset out of samples, where that is wanted, and knows the
// level of what remains. Sound without one is left as it is, to the bit.
type offset struct {
	wanted bool // take an offset out

	mean  float64 // of the samples so far, those of long ago fading
	heard int     // samples that mean stands on, offsetWindow at most
	taken float64 // the offset that was taken out of the last sample
	on    bool    // there is an offset, and it is taken out
	most  float64 // the largest offset taken out, in samples
	peak  int     // largest magnitude of what came out
}

const (
	offsetWindow = 16000 // samples: 1 s
	offsetHeard  = 320   // samples without which an offset is not judged: 20 ms
	offsetMin    = 0.03 * 32768
)

func (o *offset) hear(samples []int16) {
	if len(samples) > 0 && o.wanted {
		o.remove(samples)
	}
	for _, v := range samples {
		o.peak = max(o.peak, int(v), -int(v))
	}
}

func (o *offset) remove(samples []int16) {
	sum := 0
	for _, v := range samples {
		sum += int(v)
	}
	o.heard = min(o.heard+len(samples), offsetWindow)
	share := min(float64(len(samples))/float64(o.heard), 1)
	o.mean += (float64(sum)/float64(len(samples)) - o.mean) * share
	if !o.on && o.heard >= offsetHeard && math.Abs(o.mean) > offsetMin {
		o.on, o.taken = true, o.mean
	}
	if o.on {
		o.most = max(o.most, math.Abs(o.mean))
		step := (o.mean - o.taken) / float64(len(samples))
		for i, v := range samples {
			o.taken += step
			samples[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(float64(v)-o.taken))))
		}
	}
}
