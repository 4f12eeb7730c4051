// Package audio handles PCM, the format that the VoiceFlow programs pass to
// each other: signed 16-bit little-endian samples, 16 kHz, mono, no header.
//
// It reads and writes PCM streams ([PCMReader], [WritePCM]), converts samples
// ([Float32], [Int16]), reads WAV from streams that cannot seek ([WAVReader]),
// writes recordings ([WAVFile]) and passes samples from a real-time callback
// to a slower consumer ([Ring]).
//
// Changing sample rates is left to voiceflow/pkg/audio/soxr, detecting formats
// to voiceflow/pkg/audio/input and recording to voiceflow/pkg/capture. It needs
// no C library.
package audio

import (
	"errors"
	"fmt"
)

// SampleRate is the rate of PCM in samples per second. Speech models are
// trained at this rate.
const SampleRate = 16000

var (
	// ErrEmpty means that a stream ended before its first byte.
	ErrEmpty = errors.New("no audio: the input is empty")
	// ErrNotWAV means that a stream does not have the structure of a WAV file.
	ErrNotWAV = errors.New("not WAV audio")
	// ErrUnsupported means that a stream is WAV of a kind that this package
	// does not read, such as compressed audio.
	ErrUnsupported = errors.New("unsupported WAV")
	// ErrImplausible means that the header of a WAV stream is wrong: no recording has
	// such a sample rate or so many channels. It wraps ErrUnsupported.
	ErrImplausible = fmt.Errorf("%w: no recording is like that", ErrUnsupported)
	// ErrTruncated means that a stream ended too early: in the middle of a
	// sample, or before the length in its header.
	ErrTruncated = errors.New("audio is cut off")
)
