// Package vad finds utterances in a stream of audio. A [Detector] computes the
// probability of speech for every 10 ms, from which a [Segmenter] decides where
// utterances begin and end; a [Stream] combines the two. It neither reads audio
// nor recognises words.
//
// All audio is 16-bit, 16 kHz, mono. Time is counted in samples, so a file and a
// microphone yield the same utterances. Memory use is bounded by the longest
// utterance.
package vad
