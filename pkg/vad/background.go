package vad

import "math"

const (
	// knownFrames without speech make a background known.
	knownFrames = 30
	// memoryFrames is how far back it is remembered: 1 s.
	memoryFrames = 100
	// A sound begins to count when it is above the background by 3 standard
	// deviations of its level, but by leastRise at least, and by mostRise
	// at most: else speech in a restless noise would not count.
	deviations          = 3.0
	leastRise, mostRise = 2.5, 6.0
)

// background is the level of what is not speech.
type background struct {
	silent   int     // frames without any sound, in a row
	frames   float64 // heard, at most memoryFrames
	mean     float64 // dB of full scale
	variance float64
}

// hear takes the level of a frame without speech.
func (b *background) hear(level float64) {
	if level <= silentLevel {
		b.silent++ // a pause of the stream tells nothing about what comes after
		return
	}
	b.silent = 0
	b.frames = min(b.frames+1, memoryFrames)
	d := level - b.mean
	b.mean += d / b.frames
	b.variance += (d*d - b.variance) / b.frames
}

func (b *background) known() bool { return b.silent >= knownFrames || b.frames >= knownFrames }

// threshold is the level above which there may be speech.
func (b *background) threshold() float64 {
	if b.frames < knownFrames {
		return silentLevel
	}
	rise := max(leastRise, min(deviations*math.Sqrt(b.variance), mostRise))
	return max(b.mean+rise, silentLevel)
}
