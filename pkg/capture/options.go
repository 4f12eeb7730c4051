package capture

import (
	"errors"
	"time"
)

var (
	// ErrNoDevice says that there is no microphone, or none of that name.
	ErrNoDevice = errors.New("no such input device")
	// ErrNoChannel says that a microphone lacks the channel asked for.
	ErrNoChannel = errors.New("no such channel")
	// ErrHangs says that the audio system does not come back from a call.
	ErrHangs = errors.New("the audio system does not answer; restart the audio server")
)

// Options say what to record and how.
type Options struct {
	// Device is an index, a name or a part of one, in whatever case; empty is
	// the system's default, also when that changes before a reconnect.
	Device string
	// Channel of the device, counted from 1; 0 is the mean of its channels. Of
	// a device with more than two, a sound server may give mixtures under these
	// numbers; to have the channels themselves, name the device, not the server.
	Channel int
	// Reconnect is how long to look for a device that is gone; 0: not at all.
	Reconnect time.Duration
}
