// Package audio is the common tongue of the VoiceFlow tools: PCM, which is
// signed 16-bit little-endian samples at 16 kHz, mono, without a header.
//
// It reads and writes PCM streams ([PCMReader], [WritePCM]), converts samples
// ([Float32], [Int16]), reads WAV from a stream that cannot seek
// ([WAVReader]), writes recordings ([WAVFile]) and passes samples from a
// real-time callback to a slower writer ([Ring]).
//
// It does not change sample rates (see voiceflow/pkg/audio/soxr), does not guess
// what kind of audio a stream is (see voiceflow/pkg/audio/input), and talks to no
// sound hardware. It needs no C library.
package audio

import "errors"

// SampleRate is the rate of PCM in samples per second, the one that speech
// models are trained for.
const SampleRate = 16000

var (
	// ErrEmpty says that a stream ended before its first byte.
	ErrEmpty = errors.New("no audio: the input is empty")
	// ErrNotWAV says that a stream does not have the structure of WAV.
	ErrNotWAV = errors.New("not WAV audio")
	// ErrUnsupported says that a stream is WAV, but of a kind that is not read
	// here, such as compressed audio.
	ErrUnsupported = errors.New("unsupported WAV")
	// ErrTruncated says that a stream ended sooner than it promised.
	ErrTruncated = errors.New("audio is cut off")
)
