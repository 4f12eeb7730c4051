package vad

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func TestTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var samples [windowSize]float64
	for i := range samples {
		samples[i] = r.NormFloat64()
	}
	var got [windowSize/2 + 1]float64
	newTransform().powers(&samples, &got)
	for k := range got {
		var sum complex128
		for i, v := range samples {
			sum += complex(v, 0) * cmplx.Exp(complex(0, -2*math.Pi*float64(k*i)/windowSize))
		}
		if want := real(sum)*real(sum) + imag(sum)*imag(sum); math.Abs(got[k]-want) > 1e-9*windowSize {
			t.Errorf("coefficient %d: power %v, want %v", k, got[k], want)
		}
	}
}
