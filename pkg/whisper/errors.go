package whisper

import (
	"errors"
	"fmt"
)

var (
	// ErrNotModel: the file is not a complete ggml Whisper model.
	ErrNotModel = errors.New("not a usable whisper model")
	// ErrNoBackend: the library has nothing to compute with, not even a CPU.
	ErrNoBackend = errors.New("no compute backend")
	// ErrNoDevice: the device that was asked for is not there.
	ErrNoDevice = errors.New("no such device")
	// ErrNoBLAS: there is no OpenBLAS that could be used.
	ErrNoBLAS = errors.New("no usable OpenBLAS")
	// ErrLanguage: the model does not know the language.
	ErrLanguage = errors.New("language not available")
	// ErrClosed: the model or recogniser was closed before.
	ErrClosed = errors.New("already closed")
	// ErrBusy: the recogniser's previous call, cancelled, has not ended yet.
	ErrBusy = errors.New("recogniser still busy with a cancelled call")
)

// DecodeError is a failure that the library itself reported.
type DecodeError struct {
	Code int // libwhisper's return value
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("libwhisper could not decode (code %d)", e.Code)
}
