// Package capture records from a microphone through PortAudio, as 16 kHz mono.
// It is the only package that uses PortAudio.
//
// PortAudio's callback puts samples into a ring, from which a converter moves
// them to the caller's [audio.Ring]. Lost samples are replaced by silence of the
// same length, so that later times stay correct, and reported as an [Event]. If
// the device disappears, capture looks for it and opens it again.
package capture
