package event

import (
	"errors"
	"fmt"
)

// The limits of all lines, whether read or to be written. Within them, times, numbers of
// samples and their sums and differences are exact in an int64 and a float64.
const (
	// MaxTime is the greatest time or duration, in seconds: about ten years.
	MaxTime = 10 * 366 * 24 * 60 * 60
	// MaxSamples is the greatest number of samples, at 16 kHz.
	MaxSamples = MaxTime * 16000
	// MaxID is the greatest ID, and -MaxID the least.
	MaxID = 1 << 53
)

// isTime reports whether t is a valid time in seconds, and not NaN.
func isTime(t float64) bool { return t >= 0 && t <= MaxTime }

// checkTime returns an error if a time is not valid.
func checkTime(name string, t float64) error {
	if !isTime(t) {
		return fmt.Errorf("field %s is %v, want %s", name, t, validTime)
	}
	return nil
}

const validTime = "0 or more seconds, and less than ten years"

// checkTimes returns an error that begins with the name of the wrong field.
func checkTimes(start, end float64) error {
	switch {
	case !isTime(start):
		return fmt.Errorf("start is %v, want %s", start, validTime)
	case !isTime(end):
		return fmt.Errorf("end is %v, want %s", end, validTime)
	case end < start:
		return fmt.Errorf("end is %v, before start at %v", end, start)
	}
	return nil
}

// checkSpan checks the times of an utterance.
func checkSpan(start, end, pcmStart float64) error {
	if err := checkTimes(start, end); err != nil {
		return fmt.Errorf("field %w", err)
	}
	return checkTime("pcm_start", pcmStart)
}

// checkID returns an error if an ID is beyond the limits.
func checkID(id int) error {
	if n := int64(id); n < -MaxID || n > MaxID {
		return fmt.Errorf("field id is %d, want at most %d", id, int64(MaxID))
	}
	return nil
}

// checkPosition returns an error unless at is a valid number of samples.
func checkPosition(name string, at int64) error {
	if at < 0 || at > MaxSamples {
		return fmt.Errorf("field %s is %d, want 0 or more samples, and less than ten years", name, at)
	}
	return nil
}

// checkPCM returns an error unless pcm has one or more 16-bit samples.
func checkPCM(pcm []byte) error {
	switch {
	case len(pcm) == 0:
		return errors.New("field pcm is missing or empty")
	case len(pcm)%2 != 0:
		return fmt.Errorf("field pcm has %d bytes, want an even number for 16-bit samples", len(pcm))
	}
	return nil
}
