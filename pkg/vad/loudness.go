package vad

import (
	"math"

	"voiceflow/pkg/audio"
)

const (
	// silentLevel, in dBFS, is below any recorded speech: an amplitude of 10 in 16
	// bits.
	silentLevel = -70.0
	// lowestLevel, in dBFS, is the level of complete silence.
	lowestLevel = -90.0
	// highPassHz is the cut-off frequency. Below it there is rumble and hum, but no
	// speech that does not also reach above it.
	highPassHz = 120.0
)

// loudness measures the levels of a stream's latest frames, in dBFS.
type loudness struct {
	filter highPass
	powers []float64 // of the frames from first on
	first  int64
}

func newLoudness() loudness { return loudness{filter: newHighPass()} }

// push adds the next frame.
func (l *loudness) push(frame []int16) { l.powers = append(l.powers, l.filter.power(frame)) }

// forget drops the frames before the given one.
func (l *loudness) forget(before int64) {
	if old := before - l.first; old > 0 {
		l.powers = append(l.powers[:0], l.powers[old:]...)
		l.first = before
	}
}

// level returns the level of a frame together with its neighbours, because single
// frames of a low voice vary.
func (l *loudness) level(frame int64) float64 {
	i := int(frame - l.first)
	around := l.powers[max(i-1, 0):min(i+2, len(l.powers))]
	sum := 0.0
	for _, p := range around {
		sum += p
	}
	return max(10*math.Log10(sum/float64(len(around))+1e-12), lowestLevel)
}

// extremes returns the lowest and the highest level of the frames in [from, to).
func (l *loudness) extremes(from, to int64) (lowest, highest float64) {
	lowest, highest = math.Inf(1), math.Inf(-1)
	for i := from; i < to; i++ {
		level := l.level(i)
		lowest, highest = min(lowest, level), max(highest, level)
	}
	return lowest, highest
}

// highPass is a second-order Butterworth filter, designed with the bilinear
// transform as in R. Bristow-Johnson's "Audio EQ Cookbook".
type highPass struct {
	b0, b1, a1, a2 float64
	x1, x2, y1, y2 float64
}

func newHighPass() highPass {
	sin, cos := math.Sincos(2 * math.Pi * highPassHz / audio.SampleRate)
	alpha := sin / math.Sqrt2
	a0 := 1 + alpha
	return highPass{b0: (1 + cos) / 2 / a0, b1: -(1 + cos) / a0, a1: -2 * cos / a0, a2: (1 - alpha) / a0}
}

// power filters a frame and returns the mean square of the result, 1 being full
// scale.
func (h *highPass) power(frame []int16) float64 {
	sum := 0.0
	for _, v := range frame {
		x := float64(v)
		y := h.b0*(x+h.x2) + h.b1*h.x1 - h.a1*h.y1 - h.a2*h.y2
		h.x2, h.x1, h.y2, h.y1 = h.x1, x, h.y1, y
		sum += y * y
	}
	return sum / float64(max(len(frame), 1)) / (1 << 30)
}
