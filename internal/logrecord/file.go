package logrecord

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/openfile"
)

// File is a program's log file, with its messages, the cost of each utterance,
// and the start and end of the run. Begin and End do nothing on a nil File.
type File struct {
	*rotatedFile
	Logger zerolog.Logger // writes to the file only

	failed func(error) // called for the first line that cannot be written
	once   sync.Once

	mu    sync.Mutex
	begun time.Time // zero before Begin
}

// Write never returns an error, so that a full disk is not reported for every
// line.
func (f *File) Write(line []byte) (int, error) {
	if _, err := f.rotatedFile.Write(line); err != nil {
		f.once.Do(func() { f.failed(err) })
	}
	return len(line), nil
}

// maxSize is the size at which a log is rotated, in bytes, and keptFiles the
// number of old logs to keep.
const (
	maxSize   = 10 << 20
	keptFiles = 7
)

// Open opens a program's log. If path is a folder or ends with a slash, each
// program has its own file in it; a path with a slash is created if necessary.
// failed is called for the first line that cannot be written.
func Open(path, program string, failed func(error)) (*File, error) {
	if strings.HasSuffix(path, "/") {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, err
		}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, program+extension)
	}
	r, err := openRotated(path, maxSize, keptFiles)
	if err != nil {
		return nil, err
	}
	f := &File{rotatedFile: r, failed: failed}
	f.Logger = New(program, f)
	return f, nil
}

// Begin logs the start of a run.
func (f *File) Begin(version string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	f.begun = time.Now()
	f.mu.Unlock()
	f.Logger.Info().EmbedObject(Started).Str(FieldVersion, version).Msg("started")
}

// End logs the exit code and duration of the run and closes the file.
func (f *File) End(code int) {
	if f == nil {
		return
	}
	f.mu.Lock()
	begun := f.begun
	f.mu.Unlock()
	if !begun.IsZero() {
		f.Logger.Info().EmbedObject(Stopped).Int(FieldExitCode, code).
			Float64(FieldSeconds, time.Since(begun).Seconds()).Msg("stopped")
	}
	f.Close()
}

// Check returns the error that Open would return, without creating anything.
func Check(path, program string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, program+extension)
		info, err = os.Stat(path)
	}
	if err == nil {
		return checkAppend(path, info)
	}
	folder := filepath.Dir(path)
	if strings.HasSuffix(path, "/") { // Open would create it in the nearest existing folder
		for folder != filepath.Dir(folder) && !exists(folder) {
			folder = filepath.Dir(folder)
		}
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: %s is not a folder", path, folder)
	}
	if err := checkWritable(folder); err != nil {
		return fmt.Errorf("%s: cannot write in %s: %w", path, folder, err)
	}
	return nil
}

func checkAppend(path string, info fs.FileInfo) error {
	var f *os.File
	var err error
	switch info.Mode().Type() {
	case 0:
		f, err = openfile.Append(path, 0o600)
	case fs.ModeNamedPipe:
		return nil // opening it would end the input of its reader
	default:
		f, err = openfile.Sink(path)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
