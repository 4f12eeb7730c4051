// Package exitcode holds the exit codes of the programs and what each one
// means. Which error calls for which code is up to the program.
package exitcode

// The exit codes of all programs but vf-health.
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

// vf-health answers as monitors expect.
const (
	Healthy  = 0
	Warning  = 1
	Critical = 2
	Unknown  = 3 // nothing could be judged
)

// Meaning is an exit code with what it tells the user.
type Meaning struct {
	Code int
	Text string
}

// Meanings lists the exit codes of all programs but vf-health, in ascending
// order, as the table in docs/formats.md does.
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
