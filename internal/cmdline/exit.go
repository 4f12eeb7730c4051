package cmdline

import (
	"errors"

	"voiceflow/internal/exitcode"
)

// Exit attaches an exit code to an error; see [exitcode.New].
func Exit(code int, err error) error { return exitcode.New(code, err) }

// parts splits an error about the command line or the configuration into its
// separate mistakes. Any other error is returned as its only part.
func parts(err error) []error {
	coded, is := err.(*exitcode.Error)
	switch {
	case is && coded.Code == exitcode.Usage:
		return unjoin(coded.Err)
	case flagOf(err) != nil: // from a command that uses one exit code for all errors
		return unjoin(err)
	}
	return []error{err}
}

func silent(err error) bool {
	var e *exitcode.Error
	return errors.As(err, &e) && e.Err == nil
}
