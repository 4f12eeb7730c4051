package cmdline

import (
	"io"

	"voiceflow/internal/prose"
)

// Shown returns out, or if that is a terminal, a writer to it that escapes control and
// invisible characters as JSON does. It is for output with names or text from elsewhere, and
// without control characters of its own.
func Shown(out io.Writer) io.Writer {
	if IsTerminal(out) {
		return prose.Escaper(out)
	}
	return out
}
