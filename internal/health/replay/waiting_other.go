//go:build !linux

package replay

import "time"

type threadTime struct{ ran, waited time.Duration }

// threadTimes has no counterpart here: nothing is known of waiting.
func threadTimes(int32) map[string]threadTime { return nil }
