package tool

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"gopkg.in/natefinch/lumberjack.v2"
)

// logFile is a program's log in a file: what it says, what each utterance cost,
// when it began and how it ended. Package metrics reads it.
type logFile struct {
	*lumberjack.Logger
	log   zerolog.Logger
	begun time.Time
}

// openLogFile opens a log. In a folder, which is made where the name ends with
// a slash, each program has its own file: two that rotate one file would lose
// lines.
func openLogFile(path, program string) (*logFile, error) {
	if strings.HasSuffix(path, "/") {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, program+".log")
	}
	// lumberjack opens the file with the first line, when it is too late to
	// refuse.
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	f.Close()
	l := &logFile{Logger: &lumberjack.Logger{Filename: path, MaxSize: 10, MaxBackups: 7}}
	l.log = jsonLogger(program, l.Logger)
	return l, nil
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
