package bundle

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"voiceflow/internal/health/peer"
)

// ownError is an error whose text is this package's own and thus safe.
type ownError string

func (e ownError) Error() string { return string(e) }

// codeError is the error of a program that ended with an exit code.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// reason explains an error by its type, because its text may contain file names. For
// other types it returns a stand-in.
func (r redactor) reason(err error) string {
	var own ownError
	var code codeError
	var system syscall.Errno
	switch {
	case errors.As(err, &own):
		return own.Error()
	case errors.As(err, &code):
		return code.Error()
	case errors.As(err, &system):
		return system.Error()
	case errors.Is(err, peer.ErrTime):
		return "no answer in time"
	case errors.Is(err, exec.ErrNotFound):
		return "no such program"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "interrupted"
	default:
		return r.message(err.Error(), "")
	}
}
