package whisper

import (
	"errors"
	"fmt"
)

var (
	// ErrNotModel means that a file is not a complete ggml model of the right kind.
	ErrNotModel = errors.New("not a usable whisper model")
	// ErrNotLoaded means that the library could not load a model whose structure is right.
	ErrNotLoaded = errors.New("cannot load the model")
	// ErrNoBackend means that there is no backend to compute with, not even a CPU.
	ErrNoBackend = errors.New("no compute backend")
	// ErrNoDevice means that the requested device does not exist.
	ErrNoDevice = errors.New("no such device")
	// ErrNoBLAS means that there is no usable OpenBLAS.
	ErrNoBLAS = errors.New("no usable OpenBLAS")
	// ErrLanguage means that the model does not support the language.
	ErrLanguage = errors.New("language not available")
	// ErrClosed means that the model, recogniser or detector has been closed.
	ErrClosed = errors.New("already closed")
	// ErrUndefined means that the model computes values that are not numbers: its weights
	// are damaged, or the device computes wrongly.
	ErrUndefined = errors.New("it computes values that are not numbers; download the model again, or try --device cpu")
	// ErrBusy means that a cancelled call of the recogniser is still running.
	ErrBusy = errors.New("recogniser still busy with a cancelled call")
)

// DecodeError is a failure reported by the library.
type DecodeError struct {
	Code int // libwhisper's return value
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("libwhisper could not decode (code %d)", e.Code)
}
