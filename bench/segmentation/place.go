package segmentation

import (
	"math/rand/v2"
	"slices"
)

// Place is where or how people speak.
type Place int

const (
	Echoing     Place = iota // a copy 0.2 s later, 6 dB quieter
	Room                     // 0.6 s of reverberation
	Telephone                // 300 to 3,400 Hz, 8 bits
	Clipping                 // cut off at twice the mean level
	Whispering               // no voice, only noise
	Shouting                 // pitch raised by 20 %, treble by 10 dB, cut off
	Children                 // pitch and speed raised by 35 %
	Overlapping              // a second speaker at the same level, whose sentences also count
	Television               // a second speaker behind a wall, 20 dB quieter, who does not count
)

// Places returns all places.
func Places() []Place {
	return []Place{Echoing, Room, Telephone, Clipping, Whispering, Shouting, Children, Overlapping, Television}
}

func (p Place) String() string {
	return [...]string{
		"echo", "room", "telephone", "clipping", "whispering", "shouting", "children",
		"overlapping speakers", "television behind a wall",
	}[p]
}

// In returns the scene as it sounds in a place.
func (s *Scene) In(p Place) *Scene {
	out := &Scene{Speech: s.Speech}
	switch p {
	case Echoing:
		out.Samples = addEcho(s.Samples, 0.2, 0.5)
	case Room:
		out.Samples = reverberate(s.Samples)
	case Telephone:
		out.Samples = compand(applyFilters(s.Samples,
			highPass(300, 0.7), highPass(300, 0.7), lowPass(3400, 0.7), lowPass(3400, 0.7)))
	case Clipping:
		out.Samples = clip(s.Samples)
	case Whispering:
		out.Samples = whisper(s.Samples)
	case Shouting:
		out = s.speedUp(1.2)
		highs := applyFilters(out.Samples, highPass(1500, 0.7))
		for i, v := range highs {
			out.Samples[i] += 2.2 * v
		}
		out.Samples = clip(out.Samples)
	case Children:
		out = s.speedUp(1.35)
	case Overlapping:
		out.Samples, out.Speech = s.overlapSpeakers()
	case Television:
		voice := applyFilters(s.speaker(), lowPass(700, 0.7), lowPass(700, 0.7))
		gain := speechLevel / 10 / level(voice)
		out.Samples = slices.Clone(s.Samples)
		for i, v := range voice {
			out.Samples[i] += gain * v
		}
	}
	return out
}

func clip(samples []float64) []float64 {
	out := make([]float64, len(samples))
	for i, v := range samples {
		out[i] = max(-2*speechLevel, min(2*speechLevel, v))
	}
	return out
}

func (s *Scene) speedUp(factor float64) *Scene {
	out := &Scene{Samples: resample(s.Samples, factor)}
	for _, span := range s.Speech {
		out.Speech = append(out.Speech, Span{int(float64(span.Start) / factor), int(float64(span.End) / factor)})
	}
	return out
}

// overlapSpeakers mixes the last sentences over the first ones: each begins in the middle of
// another, and both together are one stretch of speech.
func (s *Scene) overlapSpeakers() (samples []float64, speech []Span) {
	samples = slices.Clone(s.Samples)
	for i, span := range s.Speech {
		other := s.Speech[len(s.Speech)-1-i]
		start := (span.Start + span.End) / 2
		end := min(start+other.End-other.Start, len(samples))
		for j := start; j < end; j++ {
			samples[j] += s.Samples[other.Start+j-start]
		}
		if n := len(speech); n > 0 && span.Start <= speech[n-1].End {
			speech[n-1].End = max(speech[n-1].End, span.End, end)
		} else {
			speech = append(speech, Span{span.Start, max(span.End, end)})
		}
	}
	return samples, speech
}

// speaker returns sentence after sentence for the length of the scene, with short pauses.
func (s *Scene) speaker() []float64 {
	rng := rand.New(rand.NewPCG(7, 8))
	var out []float64
	for len(out) < len(s.Samples) {
		span := s.Speech[rng.IntN(len(s.Speech))]
		out = append(out, s.Samples[span.Start:span.End]...)
		out = append(out, make([]float64, rng.IntN(sampleRate))...)
	}
	return out[:len(s.Samples)]
}
