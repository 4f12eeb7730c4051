package capture

import "time"

// Kind says what an Event is about.
type Kind int

const (
	// Started: the first samples have come, Latency after the call of Record.
	Started Kind = iota
	// FirstSound: the first sample that is not zero has come, At it; before it
	// came Samples zeros. Devices that take time to wake up begin with zeros.
	FirstSound
	// Overflow: the audio system lost an unknown number of samples At about
	// there, Times since the last event of the kind; one event a second at most.
	Overflow
	// Dropped: a ring was full; silence takes the place of Samples At there.
	Dropped
	// Lost: the device is gone, for the reason of Err. Samples up to At are
	// whole. Recovered follows (Started, if there were no samples before), or
	// an error of Stop.
	Lost
	// Recovered: a device that was Lost is back; silence takes the place of
	// the Samples At there that it missed.
	Recovered
)

// Event is something that happened to a recording. Fields that its kind does
// not name are zero, but for those of the device.
type Event struct {
	Kind     Kind
	Device   string        // name of the device
	Rate     float64       // at which the device gives samples, Hz
	Channels int           // that are taken from the device
	Latency  time.Duration // from the call of Record to the first samples
	At       int64         // place in the recording, samples of 16 kHz
	Samples  int64         // length, samples of 16 kHz
	Times    int64
	Err      error
}
