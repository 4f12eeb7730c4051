// Package level measures how loud audio is.
//
// Levels are in dBFS: decibels relative to full scale, an amplitude of 32768.
// A full-scale square wave has a peak and an RMS of 0 dBFS, a full-scale sine
// a peak of 0 dBFS and an RMS of -3 dBFS. Silence is [Lowest].
package level

import (
	"math"
	"slices"
)

// Lowest is the level of silence in dBFS, and the lowest level reported.
const Lowest = -120.0

const (
	fullScale = 32768
	// frameSize is 20 ms at 16 kHz, one period of mains hum.
	frameSize = 320
	// floorShare is the share of frames below the noise floor: large enough to
	// reach into the pauses between words, and to ignore a short dropout.
	floorShare = 0.1
)

// Levels are the levels of a stretch of audio.
type Levels struct {
	Samples int64
	Peak    float64 // dBFS, of the sample farthest from zero
	RMS     float64 // dBFS, without the DC offset
	// Floor is the noise floor in dBFS: a tenth of all 20 ms frames are quieter,
	// each measured without its own offset.
	Floor   float64
	Clipped float64 // share of samples at full scale, 0 to 1
	DC      float64 // offset: the mean sample as a share of full scale, -1 to 1
}

// Of returns the levels of samples.
func Of(samples []int16) Levels {
	var m Measure
	m.Push(samples)
	return m.Levels()
}

// Measure measures audio that arrives in pieces; the zero value is ready to
// use. It keeps eight bytes per 20 ms. It is not safe for concurrent use.
type Measure struct {
	all     sums
	peak    int
	clipped int64
	frame   sums      // the current, incomplete frame
	frames  []float64 // RMS of each complete frame, 0 to 1
}

// sums accumulates what the RMS needs; 64 bits suffice for 200 days.
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

// rms returns the RMS without the offset, 0 to 1.
func (s *sums) rms() float64 {
	if s.n == 0 {
		return 0
	}
	variance := float64(s.squares)/float64(s.n) - s.mean()*s.mean()
	return math.Sqrt(max(variance, 0)) / fullScale
}

// Push adds any number of samples.
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

// Levels returns the levels of all samples so far. Without samples, every level
// is Lowest.
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
	if len(frames) == 0 { // shorter than a frame: use all of it
		frames = []float64{m.frame.rms()}
	}
	sorted := slices.Sorted(slices.Values(frames))
	l.Floor = Decibels(sorted[int(floorShare*float64(len(sorted)))])
	return l
}

// Decibels converts an amplitude of 0 to 1 to dBFS, at least Lowest.
func Decibels(amplitude float64) float64 {
	if amplitude <= 0 {
		return Lowest
	}
	return max(20*math.Log10(amplitude), Lowest)
}
