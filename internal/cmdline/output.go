package cmdline

import (
	"errors"
	"io/fs"
	"os"

	"voiceflow/internal/exitcode"
)

// errClosedOutput is what every write to a closed standard output comes to.
var errClosedOutput = Exit(exitcode.NoTarget, errors.New("standard output is closed: redirect it to a file or a program"))

// closedOutput stands for a standard output that the caller has closed (>&-) or
// opened for reading only.
type closedOutput struct{ used bool }

func (c *closedOutput) Write([]byte) (int, error) {
	c.used = true
	return 0, errClosedOutput
}

func (c *closedOutput) Close() error { return nil }

// NeedOutput is an error where standard output is closed: for work that is worth
// nothing when its result goes nowhere.
func (e *Env) NeedOutput() error {
	if _, closed := e.Stdout.(*closedOutput); closed {
		return errClosedOutput
	}
	return nil
}

// unwritable reports whether an error is that standard output could not be written,
// such as to a disk that is full.
func (e *Env) unwritable(err error) bool {
	f, ok := e.Stdout.(*os.File)
	var failed *fs.PathError
	return ok && errors.As(err, &failed) && failed.Op == "write" && failed.Path == f.Name()
}
