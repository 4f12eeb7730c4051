package cmdline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"

	"voiceflow/internal/cmdline/crash"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/logrecord"
)

// catchLibraries makes a C library that ends the program do so with a line in the log and
// an exit code of ours.
func (e *Env) catchLibraries(c Command) (release func()) {
	code := cmp.Or(c.LibraryFailed, exitcode.Recogniser)
	if c.Monitor {
		code = exitcode.Unknown
	}
	remedy := "if memory is short, close other programs"
	if code == exitcode.Recogniser {
		remedy += " or use a smaller model"
	}
	// The last resort is written by a signal handler, which knows neither the reason nor
	// the time.
	line, err := json.Marshal(map[string]any{
		"level": "error", "tool": c.Name, "pid": os.Getpid(), "event": logrecord.LibraryFailed,
		"message": "a library failed; " + remedy,
	})
	if err != nil {
		panic(err) // these types can be encoded
	}
	return crash.Catch(code, string(line)+"\n", func(reason string) {
		e.Log.Error().EmbedObject(logrecord.LibraryFailed).Msg(fmt.Sprintf("a library failed: %s; %s", reason, remedy))
		e.file.Load().End(code)
		os.Exit(code)
	})
}
