package tool

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// logFile is a program's log in a file: what it says, what each utterance cost,
// when it began and how it ended. Package metrics reads it.
type logFile struct {
	*rotatedFile
	log   zerolog.Logger
	begun time.Time
}

// maxLogSize is how large a log grows before it is rotated, in bytes, and
// keptLogs how many old ones stay.
const (
	maxLogSize = 10 << 20
	keptLogs   = 7
)

// openLogFile opens a log. In a folder, which is made where the name ends with
// a slash, each program has its own file.
func openLogFile(path, program string) (*logFile, error) {
	if strings.HasSuffix(path, "/") {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, program+".log")
	}
	f, err := openRotated(path, maxLogSize, keptLogs)
	if err != nil {
		return nil, err
	}
	return &logFile{rotatedFile: f, log: jsonLogger(program, f)}, nil
}

// begin notes the start of a run.
func (l *logFile) begin() {
	if l == nil {
		return
	}
	l.begun = time.Now()
	l.log.Info().Str("event", "started").Str("version", Version).Msg("started")
}

// end notes how the run ended, and closes the file.
func (l *logFile) end(code int) {
	if l == nil {
		return
	}
	if !l.begun.IsZero() {
		l.log.Info().Str("event", "stopped").Int("exit_code", code).
			Float64("seconds", time.Since(l.begun).Seconds()).Msg("stopped")
	}
	l.Close()
}
