// Package capture records from a microphone through PortAudio. It is the only
// package that knows PortAudio.
//
// Samples go from PortAudio's callback into an [audio.Ring] and are read there
// at leisure; what the ring cannot hold is counted as lost, never silently.
package capture
