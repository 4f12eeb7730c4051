package segmentation

import (
	"math"
	"math/rand/v2"
	"slices"
)

// sampleRate is the sample rate of all audio, in Hz.
const sampleRate = 16000

// Span is a stretch of a stream, in samples: from Start up to, but not including, End.
type Span struct{ Start, End int }

// Scene is sentences in silence.
type Scene struct {
	Samples []float64 // full scale is 1
	Speech  []Span    // where the sentences are, in order
}

const (
	// speechLevel is the root mean square of each sentence: -26 dB relative to full scale, the
	// level of active speech in telephony (ITU-T P.56).
	speechLevel = 0.05
	// shortest and longest limit the pauses between sentences, in seconds. They exceed the half
	// second of silence that ends an utterance.
	shortest, longest = 0.8, 4.0
)

// Lay places sentences, which have no silence around them, at the same level in a scene, with
// random pauses of 0.8 to 4 s, the same each time.
func Lay(sentences [][]int16) *Scene {
	rng := rand.New(rand.NewPCG(1, 2))
	s := &Scene{}
	for _, speech := range sentences {
		s.pause(rng)
		start := len(s.Samples)
		for _, v := range speech {
			s.Samples = append(s.Samples, float64(v))
		}
		added := s.Samples[start:]
		gain := speechLevel / level(added)
		for i := range added {
			added[i] *= gain
		}
		s.Speech = append(s.Speech, Span{start, len(s.Samples)})
	}
	s.pause(rng)
	return s
}

func (s *Scene) pause(rng *rand.Rand) {
	n := int((shortest + (longest-shortest)*rng.Float64()) * sampleRate)
	s.Samples = append(s.Samples, make([]float64, n)...)
}

// With returns the scene's sound with noise that is snr dB weaker than the speech.
func (s *Scene) With(n Noise, snr float64) []int16 {
	noise := n.make(len(s.Samples), s)
	gain := speechLevel / math.Pow(10, snr/20) / level(noise)
	out := make([]int16, len(s.Samples))
	for i, v := range s.Samples {
		out[i] = to16(v + gain*noise[i])
	}
	return out
}

// Clean returns the scene's sound without noise.
func (s *Scene) Clean() []int16 {
	out := make([]int16, len(s.Samples))
	for i, v := range s.Samples {
		out[i] = to16(v)
	}
	return out
}

// level returns the root mean square.
func level(samples []float64) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(len(samples), 1)))
}

func to16(v float64) int16 { return int16(math.Round(max(-1, min(1, v)) * 32767)) }

// findOverlapping returns the spans that share samples with one, from spans in order.
func findOverlapping(all []Span, with Span) []Span {
	first, _ := slices.BinarySearchFunc(all, with.Start, func(s Span, at int) int {
		if s.End <= at {
			return -1
		}
		return 1
	})
	last := first
	for last < len(all) && all[last].Start < with.End {
		last++
	}
	return all[first:last]
}
