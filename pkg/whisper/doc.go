// Package whisper recognises speech with libwhisper. It is the only package that
// uses the library, and exposes no C types.
//
// A [Library] is libwhisper with its compute backends, a [Model] a file of weights
// loaded on a device, and a [Recogniser] a decoding state that uses these weights.
// Recognisers of the same model may run concurrently, but each makes one call at a
// time. A [SpeechDetector] runs Silero's speech detection.
//
// Audio is always float32 in [-1, 1], 16 kHz, mono, except for the detector, which
// takes 16-bit samples. Finding utterances, reading audio files, retrying and
// choosing models are left to other packages.
package whisper
