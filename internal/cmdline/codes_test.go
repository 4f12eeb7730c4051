package cmdline

import "voiceflow/internal/exitcode"

// Short names of the exit codes, for the tables in tests.
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
