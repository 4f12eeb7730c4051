package capture

import "time"

// Kind is the type of an Event.
type Kind int

const (
	// Started: the first samples arrived, Latency after Record was called.
	Started Kind = iota
	// FirstSound: the first sample other than zero arrived, at position At.
	// Devices that take time to wake up begin with zeros.
	FirstSound
	// Overflow: the audio system lost an unknown number of samples near At, Times
	// times since the last such event. There is at most one event per second.
	Overflow
	// Dropped: a ring was full; Samples samples from At on are silence.
	Dropped
	// Lost: the device is gone because of Err; samples up to At are complete. This
	// is followed by Recovered (Started, if there were no samples before), or by an
	// error from Stop.
	Lost
	// Recovered: a device that was Lost is back; the Samples samples missed from At
	// on are silence.
	Recovered
)

// Event reports something that happened to a recording. Device, Rate and Channels
// are always set, other fields only if the description of the Kind names them.
type Event struct {
	Kind     Kind
	Device   string        // the device's name
	Rate     float64       // of the device, Hz
	Channels int           // recorded from the device
	Latency  time.Duration // from the call of Record to the first samples
	At       int64         // position in the recording, in samples at 16 kHz
	Samples  int64         // length in samples at 16 kHz
	Times    int64
	Err      error
}
