package vad

import "math"

const (
	// onsetFrames is how far before the detected speech its onset is looked for,
	// and onsetRise, in dB, how far it is above the quietest windowFrames of
	// these: a word may begin with a hiss that is not heard as speech by itself.
	onsetFrames, windowFrames = 30, 5
	onsetRise                 = 6.0
	// steadyRange, in dB, is what the level of speech varies by within
	// steadyFrames: that of a tone, a hum, a fan varies less.
	steadyRange, steadyFrames = 3.0, 25
)

// onset is the place where the sound began that is heard as speech at a place.
func (s *Segmenter) onset(speech int64) int64 {
	at := speech / FrameSize
	earliest := max(at-onsetFrames, (s.keptStart+FrameSize-1)/FrameSize)
	threshold := max(s.background(earliest, at)+onsetRise, silentLevel)
	for at > earliest && s.loudness.level(at-1) > threshold {
		at--
	}
	return at * FrameSize
}

// background is the lowest level that is kept up for windowFrames, from a frame
// up to another; silence does not count.
func (s *Segmenter) background(from, to int64) float64 {
	lowest := math.Inf(1)
	for i := from; i+windowFrames <= to; i++ {
		if least, most := s.loudness.extremes(i, i+windowFrames); least > silentLevel {
			lowest = min(lowest, most)
		}
	}
	return lowest
}

// steady tells whether the sound from a place to another keeps one level, as no
// speech does.
func (s *Segmenter) steady(start, end int64) bool {
	// The neighbours of the first and the last frame are not part of it.
	from, to := start/FrameSize+1, end/FrameSize-1
	if to-from < steadyFrames {
		return false
	}
	least, most := s.loudness.extremes(from, to)
	return most-least < steadyRange
}
