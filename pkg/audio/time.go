package audio

import "time"

// Seconds is how long so many samples last.
func Seconds[T int | int64](samples T) float64 { return float64(samples) / SampleRate }

// Samples is how many whole samples a time lasts.
func Samples(d time.Duration) int64 {
	whole, rest := int64(d/time.Second), int64(d%time.Second)
	return whole*SampleRate + rest*SampleRate/int64(time.Second)
}

// SampleAt is the sample nearest to a moment, in seconds from 0.
func SampleAt(seconds float64) int64 { return int64(seconds*SampleRate + 0.5) }
