package cmdline

import (
	"context"
	"errors"
	"fmt"

	"voiceflow/internal/exitcode"
)

// ExitError is an error with an exit code.
type ExitError struct {
	Code int
	Err  error // nil if the user has already seen the message
}

// Exit attaches an exit code to an error. Pass a nil error if the user has
// already seen the message.
func Exit(code int, err error) error { return &ExitError{Code: code, Err: err} }

func (e *ExitError) Error() string {
	if e.Err == nil {
		return "failed"
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// parts splits an error about the command line or the configuration into its
// separate mistakes. Any other error is returned as its only part.
func parts(err error) []error {
	coded, is := err.(*ExitError)
	switch {
	case is && coded.Code == exitcode.Usage:
		return unjoin(coded.Err)
	case flagOf(err) != nil: // from a command that uses one exit code for all errors
		return unjoin(err)
	}
	return []error{err}
}

func silent(err error) bool {
	var e *ExitError
	return errors.As(err, &e) && e.Err == nil
}

// InputError adds the name of the input and the exit code for input errors. It
// returns context.Canceled unchanged: the input is not to blame when the user
// stops the program.
func InputError(name string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return Exit(exitcode.Input, fmt.Errorf("%s: %w", name, err))
}
