// Package exitcode defines the exit codes of the programs and their meanings.
// Each program decides which errors lead to which code.
package exitcode

// Exit codes of all programs except vf-health.
const (
	OK          = 0
	SomeFailed  = 1
	Usage       = 2
	Model       = 3
	Input       = 4
	NoTarget    = 5
	Recogniser  = 10
	Interrupted = 130
	BrokenPipe  = 141
)

// Exit codes of vf-health, as monitoring systems expect them.
const (
	Healthy  = 0
	Warning  = 1
	Critical = 2
	Unknown  = 3 // no verdict was reached
)

// Meaning is an exit code and its description for users.
type Meaning struct {
	Code int
	Text string
}

// Meanings returns the exit codes of all programs except vf-health in ascending
// order. They match the table in docs/formats.md.
func Meanings() []Meaning {
	return []Meaning{
		{OK, "done"},
		{SomeFailed, "some items failed, the others are done; vf-transcribe also if its only file cannot be read"},
		{Usage, "wrong command line or configuration"},
		{Model, "the model is missing or invalid"},
		{Input, "the microphone or the input failed; for vf-transcribe, standard input"},
		{NoTarget, "the output cannot be delivered: no window for the text, no writable file"},
		{Recogniser, "the recogniser or its device failed"},
		{Interrupted, "interrupted before the work was done"},
		{BrokenPipe, "the reader of the output went away"},
	}
}
