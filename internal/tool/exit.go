package tool

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes of all programs. vf-health alone answers as monitors expect:
// 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
const (
	OK          = 0
	SomeFailed  = 1   // some items failed, the others are done
	Usage       = 2   // a wrong command line or configuration
	Model       = 3   // the model is missing or unusable
	Unknown     = 3   // of vf-health: no judgement could be made
	Input       = 4   // the audio device or the input
	NoTarget    = 5   // nothing takes the output: no window, no writable file
	Recogniser  = 10  // the recogniser or its device failed
	Interrupted = 130 // ended before its work was done
	BrokenPipe  = 141 // the reader of the output went away
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
	case is && coded.Code == Usage:
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
	return Exit(Input, fmt.Errorf("%s: %w", name, err))
}
