package tool

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/exitcode"
)

// logFile is a program's log in a file: what it says, what each utterance cost,
// when it began and how it ended. Package metrics reads it.
type logFile struct {
	*rotatedFile
	log    zerolog.Logger
	failed func(error) // is told of the first line that could not be written
	once   sync.Once

	mu    sync.Mutex
	begun time.Time // zero before the run has
}

// Write never fails: a full disk is no reason to complain at every line.
func (l *logFile) Write(line []byte) (int, error) {
	if _, err := l.rotatedFile.Write(line); err != nil {
		l.once.Do(func() { l.failed(err) })
	}
	return len(line), nil
}

// maxLogSize is how large a log grows before it is rotated, in bytes, and
// keptLogs how many old ones stay.
const (
	maxLogSize = 10 << 20
	keptLogs   = 7
)

// openLogFile opens a log. In a folder, which is made where the name ends with
// a slash, each program has its own file. What is told of failed is the first
// line that cannot be written.
func openLogFile(path, program string, failed func(error)) (*logFile, error) {
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
	l := &logFile{rotatedFile: f, failed: failed}
	l.log = jsonLogger(program, l)
	return l, nil
}

// begin notes the start of a run.
func (l *logFile) begin() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.begun = time.Now()
	l.mu.Unlock()
	l.log.Info().Str("event", "started").Str("version", Version).Msg("started")
}

// end notes how the run ended, and closes the file.
func (l *logFile) end(code int) {
	if l == nil {
		return
	}
	l.mu.Lock()
	begun := l.begun
	l.mu.Unlock()
	if !begun.IsZero() {
		l.log.Info().Str("event", "stopped").Int("exit_code", code).
			Float64("seconds", time.Since(begun).Seconds()).Msg("stopped")
	}
	l.Close()
}

// lastLineTime is how long the log's last line may take when the second interrupt
// has to end a run: what it waits for may be the disk that the log is on.
const lastLineTime = 100 * time.Millisecond

// noteInterrupted notes the end of a run that goes on in the background.
func (e *Env) noteInterrupted() {
	noted := make(chan struct{})
	go func() {
		defer close(noted)
		e.file.Load().end(exitcode.Interrupted)
	}()
	select {
	case <-noted:
	case <-time.After(lastLineTime):
	}
}
