//go:build !linux

package replay

import "time"

// threadTime is never filled in on this system.
type threadTime struct{ ran, waited time.Duration }

// threadTimes returns nil: this system does not report waiting times.
func threadTimes(int32) map[string]threadTime { return nil }
