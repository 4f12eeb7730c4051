package vad

import "math"

const (
	// A word may begin with a hiss that is not detected as speech. Its onset is
	// looked for in the onsetFrames before the detected speech: it is onsetRise, in
	// dB, louder than the quietest windowFrames there.
	onsetFrames, windowFrames = 30, 5
	onsetRise                 = 6.0
	// Within steadyFrames, the level of speech varies by at least steadyRange, in
	// dB. A tone, hum or fan varies less.
	steadyRange, steadyFrames = 3.0, 25
)

// onset returns the position where the sound detected as speech at a position
// began.
func (s *Segmenter) onset(speech int64) int64 {
	at := speech / FrameSize
	earliest := max(at-onsetFrames, (s.keptStart+FrameSize-1)/FrameSize)
	threshold := max(s.background(earliest, at)+onsetRise, silentLevel)
	for at > earliest && s.loudness.level(at-1) > threshold {
		at--
	}
	return at * FrameSize
}

// background returns the lowest level sustained for windowFrames within the frames
// in [from, to), ignoring silence.
func (s *Segmenter) background(from, to int64) float64 {
	background := math.Inf(1)
	for i := from; i+windowFrames <= to; i++ {
		if lowest, highest := s.loudness.extremes(i, i+windowFrames); lowest > silentLevel {
			background = min(background, highest)
		}
	}
	return background
}

// steady reports whether the sound between two positions stays at one level, which
// speech never does.
func (s *Segmenter) steady(start, end int64) bool {
	// The first and the last frame are averaged with neighbours outside.
	from, to := start/FrameSize+1, end/FrameSize-1
	if to-from < steadyFrames {
		return false
	}
	lowest, highest := s.loudness.extremes(from, to)
	return highest-lowest < steadyRange
}
