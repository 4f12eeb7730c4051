package exitcode

import (
	"context"
	"errors"
	"fmt"
)

// Error is an error with an exit code.
type Error struct {
	Code int
	Err  error // nil if the user has already seen the message
}

// New attaches an exit code to an error. Pass a nil error if the user has already seen the
// message.
func New(code int, err error) error { return &Error{Code: code, Err: err} }

func (e *Error) Error() string {
	if e.Err == nil {
		return "failed"
	}
	return e.Err.Error()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// InputError adds the name of the input and the exit code for input errors. It returns
// context.Canceled unchanged: the input is not to blame when the user stops the program.
func InputError(name string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return New(Input, fmt.Errorf("%s: %w", name, err))
}
