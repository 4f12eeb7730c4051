package main

import (
	"fmt"
	"io"
	"os"

	"voiceflow/internal/tool"
)

// giveCue tells that recording has begun. A terminal's bell is all there is to
// beep with: a sound of our own would be in the recording.
func giveCue(stderr io.Writer, cue string) {
	switch cue {
	case "print":
		fmt.Fprintln(stderr, "recording")
	case "beep":
		if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
			defer tty.Close()
			fmt.Fprint(tty, "\a")
		} else if tool.IsTerminal(stderr) {
			fmt.Fprint(stderr, "\a")
		}
	}
}
