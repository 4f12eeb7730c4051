package cmdline

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"voiceflow/internal/exitcode"
)

// errClosedOutput is the error of every write to a closed standard output.
var errClosedOutput = Exit(exitcode.NoTarget,
	errors.New("standard output is closed: redirect it to a file or a program"))

// closedOutput replaces a standard output that the caller has closed (>&-) or
// opened for reading only.
type closedOutput struct{ used bool }

func (c *closedOutput) Write([]byte) (int, error) {
	c.used = true
	return 0, errClosedOutput
}

func (c *closedOutput) Close() error { return nil }

// NeedOutput returns an error if standard output is closed. Call it before work
// that would be wasted without output.
func (e *Env) NeedOutput() error {
	if _, closed := e.Stdout.(*closedOutput); closed {
		return errClosedOutput
	}
	return nil
}

// unwritable reports whether err is a failed write to standard output, for
// example because the disk is full.
func (e *Env) unwritable(err error) bool {
	f, ok := e.Stdout.(*os.File)
	var failed *fs.PathError
	return ok && errors.As(err, &failed) && failed.Op == "write" && failed.Path == f.Name()
}

// checkedWriter keeps the first error of writing, for code that ignores it, such as
// --help and --version.
type checkedWriter struct {
	to  io.Writer
	err error
}

func (w *checkedWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
