package input

import (
	"errors"
	"fmt"
	"math"
	"time"

	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
)

// DefaultMaxDuration is the duration of a file up to which it is read.
const DefaultMaxDuration = 24 * time.Hour

// Unlimited is an [Options.MaxDuration] that no file reaches.
const Unlimited time.Duration = math.MaxInt64

// ErrTooLong is wrapped by errors about a file that lasts longer than
// [Options.MaxDuration], or far longer than a file of its size can.
var ErrTooLong = errors.New("too long")

const (
	// fewestBytes is how many bytes a second of sound takes at least: 32 bit/s.
	// Silence takes the fewest: 100 bytes in Opus, 27 in FLAC at 8 kHz, and single
	// ones where an encoder makes frames of several seconds or leaves silence out. A
	// file of a few kB whose header or timestamps promise days takes fewer.
	fewestBytes = 4
	// alwaysAllowed is how much sound may come from however few bytes.
	alwaysAllowed = time.Hour
)

// limit returns an error once a source has had too many samples.
type limit func(samples int64) error

// durationLimit is the limit of a file; 0 is the default.
func durationLimit(most time.Duration) limit {
	if most == 0 {
		most = DefaultMaxDuration
	}
	return func(samples int64) error {
		if samples <= audio.Samples(most) {
			return nil
		}
		return fmt.Errorf("%w: it lasts longer than %g hours; raise the limit with --max-hours", ErrTooLong, most.Hours())
	}
}

// sizeLimit is the limit of compressed sound, of which size bytes have been read.
func sizeLimit(size func() int64) limit {
	return func(samples int64) error {
		bytes := size()
		if samples <= audio.Samples(alwaysAllowed)+bytes*audio.SampleRate/fewestBytes {
			return nil
		}
		return fmt.Errorf("%w: %s cannot hold more than %.0f minutes of sound; its header or its timestamps are wrong",
			ErrTooLong, prose.Size(bytes), audio.Seconds(samples)/60)
	}
}

// limits combines several limits.
func limits(all ...limit) limit {
	return func(samples int64) error {
		for _, one := range all {
			if err := one(samples); err != nil {
				return err
			}
		}
		return nil
	}
}
