// Package vad finds utterances in a stream of audio: a [Detector] gives the
// probability of speech for every 10 ms, a [Segmenter] decides from these where
// utterances begin and end.
//
// All audio is 16-bit, 16 kHz, mono. Time is counted in samples, so that a file
// and a microphone give the same utterances; memory is bounded by the longest
// utterance.
package vad
