package cmdline

import "voiceflow/internal/exitcode"

// The exit codes under short names, for the tables of the tests.
const (
	OK          = exitcode.OK
	SomeFailed  = exitcode.SomeFailed
	Usage       = exitcode.Usage
	Model       = exitcode.Model
	Input       = exitcode.Input
	NoTarget    = exitcode.NoTarget
	Interrupted = exitcode.Interrupted
	BrokenPipe  = exitcode.BrokenPipe
	Unknown     = exitcode.Unknown
)
