package segmentation

import (
	"math"
	"math/rand/v2"
)

// biquad is a second-order filter, from Robert Bristow-Johnson's cookbook of equaliser
// formulae.
type biquad struct {
	b, a           [3]float64
	x1, x2, y1, y2 float64
}

func lowPass(hz, q float64) *biquad {
	sin, cos := math.Sincos(2 * math.Pi * hz / sampleRate)
	alpha := sin / (2 * q)
	return &biquad{b: [3]float64{(1 - cos) / 2, 1 - cos, (1 - cos) / 2}, a: [3]float64{1 + alpha, -2 * cos, 1 - alpha}}
}

func highPass(hz, q float64) *biquad {
	sin, cos := math.Sincos(2 * math.Pi * hz / sampleRate)
	alpha := sin / (2 * q)
	return &biquad{b: [3]float64{(1 + cos) / 2, -1 - cos, (1 + cos) / 2}, a: [3]float64{1 + alpha, -2 * cos, 1 - alpha}}
}

func bandPass(hz, q float64) *biquad {
	sin, cos := math.Sincos(2 * math.Pi * hz / sampleRate)
	alpha := sin / (2 * q)
	return &biquad{b: [3]float64{alpha, 0, -alpha}, a: [3]float64{1 + alpha, -2 * cos, 1 - alpha}}
}

func (f *biquad) next(x float64) float64 {
	y := (f.b[0]*x + f.b[1]*f.x1 + f.b[2]*f.x2 - f.a[1]*f.y1 - f.a[2]*f.y2) / f.a[0]
	f.x1, f.x2, f.y1, f.y2 = x, f.x1, y, f.y1
	return y
}

// applyFilters returns a sound after a chain of filters.
func applyFilters(samples []float64, filters ...*biquad) []float64 {
	out := make([]float64, len(samples))
	for i, v := range samples {
		for _, f := range filters {
			v = f.next(v)
		}
		out[i] = v
	}
	return out
}

// addEcho returns a sound plus a copy of it with a gain, a number of seconds later.
func addEcho(samples []float64, seconds, gain float64) []float64 {
	n := int(seconds * sampleRate)
	out := make([]float64, len(samples))
	for i, v := range samples {
		out[i] = v
		if i >= n {
			out[i] += gain * samples[i-n]
		}
	}
	return out
}

// reverberate returns a sound in a room that takes 0.6 s to lose 60 dB, using Schroeder's four
// combs and two all-passes ("Natural Sounding Artificial Reverberation", 1962). The
// reverberation is half as loud as the sound itself.
func reverberate(samples []float64) []float64 {
	const decay = 0.6
	tail := make([]float64, len(samples))
	for _, seconds := range []float64{0.0297, 0.0371, 0.0411, 0.0437} {
		line, gain := make([]float64, int(seconds*sampleRate)), math.Pow(10, -3*seconds/decay)
		for i, v := range samples {
			at := i % len(line)
			line[at] = v + gain*line[at]
			tail[i] += line[at]
		}
	}
	for _, seconds := range []float64{0.005, 0.0017} {
		line := make([]float64, int(seconds*sampleRate))
		for i, v := range tail {
			at := i % len(line)
			tail[i] = line[at] - 0.7*v
			line[at] = v + 0.7*tail[i]
		}
	}
	gain := 0.5 * level(samples) / level(tail)
	for i, v := range samples {
		tail[i] = v + gain*tail[i]
	}
	return tail
}

// whisper returns speech without a voice: noise in twenty bands, each as loud as the speech
// in that band, with the low ones reduced.
func whisper(samples []float64) []float64 {
	rng := rand.New(rand.NewPCG(5, 6))
	noise, out := white(rng, len(samples)), make([]float64, len(samples))
	for hz := 250.0; hz < 7000; hz *= 1.18 {
		speech, band, envelope := bandPass(hz, 6), bandPass(hz, 6), lowPass(40, 0.7)
		gain := min(1, hz/1000)
		for i, v := range samples {
			out[i] += gain * max(0, envelope.next(math.Abs(speech.next(v)))) * band.next(noise[i])
		}
	}
	return out
}

// compand returns a sound after 8-bit telephone coding (ITU-T G.711, by the formula of the
// mu-law).
func compand(samples []float64) []float64 {
	const mu = 255
	out := make([]float64, len(samples))
	for i, v := range samples {
		code := math.Round(math.Log1p(mu*min(1, math.Abs(v)))/math.Log1p(mu)*127) / 127
		out[i] = math.Copysign((math.Pow(1+mu, code)-1)/mu, v)
	}
	return out
}

// resample returns a sound played faster, and therefore higher, by a factor.
func resample(samples []float64, factor float64) []float64 {
	out := make([]float64, int(float64(len(samples))/factor))
	for i := range out {
		at := float64(i) * factor
		n := int(at)
		out[i] = samples[n]
		if n+1 < len(samples) {
			out[i] += (at - float64(n)) * (samples[n+1] - samples[n])
		}
	}
	return out
}
