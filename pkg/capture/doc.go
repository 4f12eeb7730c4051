// Package capture records from a microphone through PortAudio, as 16 kHz mono.
// It is the only package that knows PortAudio.
//
// Samples go from PortAudio's callback into a small ring, from there through a
// converter into the caller's [audio.Ring], and are read there at leisure.
// What is lost on the way is never lost silently: silence of the same length
// takes its place, so that later times stay true, and an [Event] tells of it.
// A device that goes away is looked for and opened again.
package capture
