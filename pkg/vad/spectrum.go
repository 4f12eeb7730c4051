package vad

import (
	"math"

	"voiceflow/pkg/audio"
)

const (
	// The network steps by hopSize samples, 20 ms. Each spectrum is that of a window
	// of windowSize samples, 32 ms, centred on the hop.
	hopSize, windowSize = 320, 512
	overhang            = (windowSize - hopSize) / 2
	// bands on the mel scale, from lowestHz to highestHz.
	bands               = 48
	lowestHz, highestHz = 60.0, 7800.0
	// powerFloor is added to the power of each band, 1 being full scale. It is
	// -100 dB, below the noise of rounding to 16 bits.
	powerFloor = 1e-10
)

// spectrum measures the power in each band of a window.
type spectrum struct {
	transform *transform
	shape     [windowSize]float64 // Hann window
	filters   [bands]filter

	windowed [windowSize]float64
	powers   [windowSize/2 + 1]float64
}

// filter is a triangular filter on the coefficients from first on, with weights
// that add up to 1.
type filter struct {
	first   int
	weights []float64
}

func newSpectrum() *spectrum {
	s := &spectrum{transform: newTransform()}
	sum := 0.0
	for i := range s.shape {
		s.shape[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/windowSize)
		sum += s.shape[i] * s.shape[i]
	}
	for i := range s.shape { // normalise, so that powers are those of the samples
		s.shape[i] /= math.Sqrt(sum) * (1 << 15)
	}
	for b := range s.filters {
		s.filters[b] = newFilter(edge(b), edge(b+1), edge(b+2))
	}
	return s
}

// edge returns the frequency, in Hz, at which a band begins. It is also the centre
// of the previous band and the end of the one before that.
func edge(band int) float64 {
	mel := func(hz float64) float64 { return 1127 * math.Log(1+hz/700) }
	low, high := mel(lowestHz), mel(highestHz)
	return 700 * (math.Exp((low+(high-low)*float64(band)/(bands+1))/1127) - 1)
}

// newFilter returns a triangle that reaches at least one coefficient to either
// side.
func newFilter(low, middle, high float64) filter {
	const apart = float64(audio.SampleRate) / windowSize
	low, high = min(low, middle-apart), max(high, middle+apart)
	f := filter{first: int(low/apart) + 1}
	sum := 0.0
	for i := f.first; float64(i)*apart < high; i++ {
		hz := float64(i) * apart
		weight := min((hz-low)/(middle-low), (high-hz)/(high-middle))
		f.weights = append(f.weights, weight)
		sum += weight
	}
	for i := range f.weights {
		f.weights[i] /= sum
	}
	return f
}

// hear measures a window. The value of each band is 5 + log10(power)/2: 0 for
// silence, 5 for full scale.
func (s *spectrum) hear(window []int16, to *[bands]float32) {
	for i, v := range window[:windowSize] {
		s.windowed[i] = float64(v) * s.shape[i]
	}
	s.transform.powers(&s.windowed, &s.powers)
	for b, f := range s.filters {
		power := powerFloor
		for i, weight := range f.weights {
			power += weight * s.powers[f.first+i]
		}
		to[b] = float32(5 + math.Log10(power)/2)
	}
}
