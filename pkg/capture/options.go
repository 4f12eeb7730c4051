package capture

import (
	"errors"
	"time"
)

var (
	// ErrNoDevice means that there is no microphone, or none of the given name.
	ErrNoDevice = errors.New("no such input device")
	// ErrNoChannel means that the microphone lacks the requested channel.
	ErrNoChannel = errors.New("no such channel")
	// ErrHangs means that a call into the audio system does not return.
	ErrHangs = errors.New("the audio system does not respond; restart the audio server")
)

// Options select the device and channel to record.
type Options struct {
	// Device is an index, a name, a description, or part of a name or description,
	// ignoring case. Empty is the system's default; a reconnect then uses the default
	// of that moment.
	Device string
	// Channel is counted from 1; 0 is the mean of all channels. If a device has
	// more than two channels, a sound server may deliver mixtures under these
	// numbers; to get the channels themselves, name the device, not the server.
	Channel int
	// Reconnect is how long to look for a device that is gone; with 0, capture
	// gives up immediately.
	Reconnect time.Duration
}
