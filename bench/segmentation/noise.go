package segmentation

import (
	"math"
	"math/rand/v2"
)

// Noise is a kind of background noise.
type Noise int

const (
	White  Noise = iota // equal power per hertz
	Pink                // equal power per octave
	Babble              // many people talking at the same time
	Hum                 // 50 Hz and its harmonics, as from the mains
)

// Noises returns all kinds of noise.
func Noises() []Noise { return []Noise{White, Pink, Babble, Hum} }

func (n Noise) String() string { return [...]string{"white", "pink", "babble", "hum"}[n] }

// make returns length samples of noise, the same each time, at an arbitrary level. Babble is
// made from the scene's own voices.
func (n Noise) make(length int, s *Scene) []float64 {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	switch n {
	case White:
		return white(rng, length)
	case Pink:
		return pink(rng, length)
	case Babble:
		return s.babble(rng, length)
	}
	return hum(length)
}

func white(rng *rand.Rand, length int) []float64 {
	out := make([]float64, length)
	for i := range out {
		out[i] = rng.NormFloat64()
	}
	return out
}

// pink adds random values that are held for 1, 2, 4, ... samples (the method of Voss and
// McCartney): each doubling adds the power of the next lower octave.
func pink(rng *rand.Rand, length int) []float64 {
	var rows [14]float64 // down to 1 Hz
	out := make([]float64, length)
	for i := range out {
		for r := range rows {
			if i%(1<<r) == 0 {
				rows[r] = rng.NormFloat64()
			}
			out[i] += rows[r]
		}
	}
	return out
}

// talkers is how many people talk at the same time in babble: enough that no word stands out.
const talkers = 24

func (s *Scene) babble(rng *rand.Rand, length int) []float64 {
	out := make([]float64, length)
	for range talkers {
		for at := -rng.IntN(3 * sampleRate); at < length; {
			speech := s.Speech[rng.IntN(len(s.Speech))]
			for i, v := range s.Samples[speech.Start:speech.End] {
				if at+i >= 0 && at+i < length {
					out[at+i] += v
				}
			}
			at += speech.End - speech.Start
		}
	}
	return out
}

func hum(length int) []float64 {
	out := make([]float64, length)
	for harmonic := 1; harmonic <= 12; harmonic++ {
		step := 2 * math.Pi * 50 * float64(harmonic) / sampleRate
		for i := range out {
			out[i] += math.Sin(step*float64(i)+float64(harmonic)) / float64(harmonic)
		}
	}
	return out
}
