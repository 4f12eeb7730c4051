package align

import "math"

const (
	hop = Rate / 100 // samples per frame: 10 ms

	pauseFrames = 12 // the shortest pause: longer than the closure of a p, t or k
	// quietBelow is how far a pause is below the loudest sound within a second, in natural
	// logarithms of power: 30 dB.
	quietBelow = 7
	floor      = 100 // added to the power, so that digital silence has a logarithm
)

// sound is the frames with speech, in order.
type sound struct {
	frames  []int     // index of each among all frames
	cross   []float64 // cumulative cost, up to each, for a word to cross pauses
	change  []float64 // how much the sound changes at the start of each; 0 on average
	skip    []float64 // cost of leaving each without a word
	bounded bool      // a detector found the speech
}

// listen finds the frames of speech, without pauses.
func listen(samples []int16, speech []Span) *sound {
	bands := powers(samples)
	all := len(bands[0])
	part := make([]int, all) // the number of each frame's span of speech, from 1; 0: none
	bounded := len(speech) > 0
	if !bounded {
		speech = []Span{{0, float64(all) / 100}}
	}
	for i, span := range speech {
		for f := frameAfter(span.Start); f < min(frameBefore(span.End), all); f++ {
			part[f] = i + 1
		}
	}
	dropPauses(part, bands[0])
	change := changes(bands)
	s := &sound{bounded: bounded}
	crossed, last := 0.0, -1
	for f, p := range part {
		if p == 0 {
			continue
		}
		boundary := change[f]
		if last >= 0 && last != f-1 {
			boundary = 10
			crossed += 6
			if part[last] != p {
				crossed += 6
			}
		}
		last = f
		s.frames = append(s.frames, f)
		s.cross = append(s.cross, crossed)
		s.change = append(s.change, boundary)
	}
	return s
}

// frameAfter is the first frame that begins at or after a time; frameBefore is the first that
// does not end by that time.
func frameAfter(seconds float64) int  { return max(int(math.Ceil(seconds*100-1e-6)), 0) }
func frameBefore(seconds float64) int { return int(math.Floor(seconds*100 + 1e-6)) }

// powers returns the logarithm of the power in each frame: of the signal, of its first
// difference and of its second, which emphasise high frequencies more and more.
func powers(samples []int16) [3][]float64 {
	var out [3][]float64
	for b := range out {
		out[b] = make([]float64, (len(samples)+hop-1)/hop)
	}
	var sum [3]float64
	before, slope := 0.0, 0.0
	for i, sample := range samples {
		x := float64(sample)
		dx := x - before
		for b, v := range [3]float64{x, dx, dx - slope} {
			sum[b] += v * v
		}
		before, slope = x, dx
		if (i+1)%hop == 0 || i == len(samples)-1 {
			for b := range sum {
				out[b][i/hop] = math.Log(sum[b]/hop + floor)
			}
			sum = [3]float64{}
		}
	}
	return out
}

// dropPauses removes quiet stretches from the speech.
func dropPauses(part []int, power []float64) {
	quiet := 0
	for f := 0; f <= len(part); f++ {
		if f < len(part) && power[f] < loudest(power, f)-quietBelow {
			quiet++
			continue
		}
		if quiet >= pauseFrames {
			clear(part[f-quiet : f])
		}
		quiet = 0
	}
}

func loudest(power []float64, f int) float64 {
	top := math.Inf(-1)
	for _, p := range power[max(f-100, 0):min(f+100, len(power))] {
		top = max(top, p)
	}
	return top
}

// changes compares the 30 ms after the start of each frame with the 30 ms before, in standard
// deviations, at most 3.
func changes(bands [3][]float64) []float64 {
	n := len(bands[0])
	out := make([]float64, n)
	sum, squares := 0.0, 0.0
	for f := range out {
		for _, b := range bands {
			d := 0.0
			for k := range 3 {
				d += b[min(f+k, n-1)] - b[max(f-1-k, 0)]
			}
			out[f] += math.Abs(d)
		}
		sum += out[f]
		squares += out[f] * out[f]
	}
	mean := sum / float64(n)
	deviation := math.Sqrt(max(squares/float64(n)-mean*mean, 1e-9))
	for f := range out {
		out[f] = min((out[f]-mean)/deviation, 3)
	}
	return out
}
