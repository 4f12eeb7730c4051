// Package level measures how loud audio is.
//
// Levels are in dBFS: decibels below full scale, which is an amplitude of
// 32768. A square wave of full scale has a peak and an RMS of 0 dBFS, a sine a
// peak of 0 and an RMS of -3 dBFS. [Lowest] stands for silence.
package level

import (
	"math"
	"slices"
)

// Lowest is the level, in dBFS, of silence, and the lowest that is told.
const Lowest = -120.0

const (
	fullScale = 32768
	// frameSize is a short term: 20 ms at 16 kHz, a period of mains hum.
	frameSize = 320
	// floorShare of the frames are softer than the noise floor: enough to reach
	// the pauses between words, and more than a click's worth of dropout.
	floorShare = 0.1
)

// Levels are the measures of a stretch of audio.
type Levels struct {
	Samples int64
	Peak    float64 // dBFS, of the sample that is farthest from zero
	RMS     float64 // dBFS, without the DC offset
	// Floor is the noise floor in dBFS: a tenth of the stretches of 20 ms are
	// softer, each without its own offset.
	Floor   float64
	Clipped float64 // share of the samples at full scale, 0 to 1
	DC      float64 // offset: mean of the samples as a share of full scale, -1 to 1
}

// Of measures all samples at once.
func Of(samples []int16) Levels {
	var m Measure
	m.Push(samples)
	return m.Levels()
}

// Measure takes audio in portions; its zero value is ready. It keeps eight
// bytes for each 20 ms. It is not for concurrent use.
type Measure struct {
	all     sums
	peak    int
	clipped int64
	frame   sums      // the one begun
	frames  []float64 // RMS of each that is complete, 0 to 1
}

// sums are what the RMS of samples needs; 64 bits hold those of 200 days.
type sums struct{ n, sum, squares int64 }

func (s *sums) add(v int64) {
	s.n++
	s.sum += v
	s.squares += v * v
}

func (s *sums) mean() float64 {
	if s.n == 0 {
		return 0
	}
	return float64(s.sum) / float64(s.n)
}

// rms is 0 to 1, without the offset.
func (s *sums) rms() float64 {
	if s.n == 0 {
		return 0
	}
	variance := float64(s.squares)/float64(s.n) - s.mean()*s.mean()
	return math.Sqrt(max(variance, 0)) / fullScale
}

// Push takes the next samples, any number.
func (m *Measure) Push(samples []int16) {
	for _, s := range samples {
		v := int64(s)
		m.peak = max(m.peak, int(max(v, -v)))
		if s == math.MaxInt16 || s <= -math.MaxInt16 {
			m.clipped++
		}
		m.all.add(v)
		if m.frame.add(v); m.frame.n == frameSize {
			m.frames = append(m.frames, m.frame.rms())
			m.frame = sums{}
		}
	}
}

// Levels are those of all samples so far. Without any, each level is Lowest.
func (m *Measure) Levels() Levels {
	l := Levels{
		Samples: m.all.n, Peak: Decibels(float64(m.peak) / fullScale),
		RMS: Decibels(m.all.rms()),
		DC:  m.all.mean() / fullScale,
	}
	if m.all.n > 0 {
		l.Clipped = float64(m.clipped) / float64(m.all.n)
	}
	frames := m.frames
	if len(frames) == 0 { // too short for one: all of it is
		frames = []float64{m.frame.rms()}
	}
	sorted := slices.Sorted(slices.Values(frames))
	l.Floor = Decibels(sorted[int(floorShare*float64(len(sorted)))])
	return l
}

// Decibels is the level in dBFS of an amplitude of 0 to 1, at least Lowest.
func Decibels(amplitude float64) float64 {
	if amplitude <= 0 {
		return Lowest
	}
	return max(20*math.Log10(amplitude), Lowest)
}
