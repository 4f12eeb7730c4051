package audio

import "time"

// Seconds returns the duration of a number of samples, in seconds.
func Seconds[T int | int64](samples T) float64 { return float64(samples) / SampleRate }

// Samples returns how many whole samples fit into d.
func Samples(d time.Duration) int64 {
	whole, rest := int64(d/time.Second), int64(d%time.Second)
	return whole*SampleRate + rest*SampleRate/int64(time.Second)
}

// SampleAt returns the number of the sample nearest to a time in seconds.
func SampleAt(seconds float64) int64 { return int64(seconds*SampleRate + 0.5) }
