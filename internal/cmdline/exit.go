package cmdline

import (
	"context"
	"errors"
	"fmt"

	"voiceflow/internal/exitcode"
)

// ExitError is an error with the exit code that it calls for.
type ExitError struct {
	Code int
	Err  error // nil: everything has been said
}

// Exit gives an error an exit code. A nil error says that the user has been
// told already.
func Exit(code int, err error) error { return &ExitError{Code: code, Err: err} }

func (e *ExitError) Error() string {
	if e.Err == nil {
		return "failed"
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// parts are the mistakes in an error of the command line or the configuration;
// another error is its only part.
func parts(err error) []error {
	coded, is := err.(*ExitError)
	switch {
	case is && coded.Code == exitcode.Usage:
		return each(coded.Err)
	case flagOf(err) != nil: // of a command whose errors all have one exit code
		return each(err)
	}
	return []error{err}
}

func silent(err error) bool {
	var e *ExitError
	return errors.As(err, &e) && e.Err == nil
}

// InputError names the input that an error is about and gives it its exit
// code. That the user stopped the program is no fault of the input.
func InputError(name string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return Exit(exitcode.Input, fmt.Errorf("%s: %w", name, err))
}
