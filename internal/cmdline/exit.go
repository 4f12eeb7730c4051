package cmdline

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

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

// finish reports how the command ended and returns the exit code.
func (p *program) finish(app *cli.App, err error, closed *closedOutput, help *checkedWriter) int {
	switch {
	case err == nil || errors.As(err, new(reported)):
	case p.hasFlag("settings") && flagOf(err) != nil: // such as an invalid environment variable
		err = p.env.report(p.printProblem(err))
	default:
		err = p.env.report(err)
	}
	if err == nil && closed.used { // by code that ignores write errors, such as --help
		err = p.env.report(errClosedOutput)
	}
	if err == nil && help.err != nil && !isBrokenPipe(help.err) {
		err = p.env.report(help.err)
	}
	code := exitCode(err)
	if code != exitcode.Interrupted && code != exitcode.BrokenPipe && p.env.unwritable(err) {
		code = exitcode.NoTarget
	}
	if err != nil && p.command.Monitor && !silent(err) {
		code = exitcode.Unknown
		p.printUnknown(p.env.Stdout, app.Flags, err)
	}
	p.env.file.Load().End(code)
	return code
}

// reported wraps an error that has already been logged.
type reported struct{ error }

func (r reported) Unwrap() error { return r.error }

// report logs an error, in one line per mistake.
func (e *Env) report(err error) error {
	if err == nil {
		return nil
	}
	if !errors.Is(err, context.Canceled) && !isBrokenPipe(err) && !silent(err) {
		for _, part := range parts(err) {
			e.Log.Error().Msg(part.Error())
		}
	}
	return reported{err}
}

// exitCode returns the exit code for an error.
func exitCode(err error) int {
	var coded *exitcode.Error
	switch {
	case err == nil:
		return exitcode.OK
	case isBrokenPipe(err):
		return exitcode.BrokenPipe
	case errors.As(err, &coded):
		return coded.Code
	case errors.Is(err, context.Canceled):
		return exitcode.Interrupted
	default:
		return exitcode.SomeFailed
	}
}
