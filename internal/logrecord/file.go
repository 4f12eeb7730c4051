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
	"golang.org/x/sys/unix"
)

// File is a program's log in a file: what it says, what each utterance cost,
// when it began and how it ended. The methods of a nil File do nothing.
type File struct {
	*rotatedFile
	Logger zerolog.Logger // writes to the file alone

	failed func(error) // is told of the first line that could not be written
	once   sync.Once

	mu    sync.Mutex
	begun time.Time // zero before the run has
}

// Write never fails: a full disk is no reason to complain at every line.
func (f *File) Write(line []byte) (int, error) {
	if _, err := f.rotatedFile.Write(line); err != nil {
		f.once.Do(func() { f.failed(err) })
	}
	return len(line), nil
}

// maxSize is how large a log grows before it is rotated, in bytes, and keptFiles
// how many old ones stay.
const (
	maxSize   = 10 << 20
	keptFiles = 7
)

// Open opens a program's log. In a folder, which is made where the path ends with
// a slash, each program has its own file. What is told of failed is the first
// line that cannot be written.
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

// Begin notes the start of a run.
func (f *File) Begin(version string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	f.begun = time.Now()
	f.mu.Unlock()
	f.Logger.Info().EmbedObject(Started).Str(FieldVersion, version).Msg("started")
}

// End notes how the run ended, and closes the file.
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

// Check reports what keeps Open from opening a log, without making anything.
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
	if strings.HasSuffix(path, "/") { // it is made, in the one that is there
		for folder != filepath.Dir(folder) && !isThere(folder) {
			folder = filepath.Dir(folder)
		}
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: %s is no folder", path, folder)
	}
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("%s: nothing can be written in %s: %w", path, folder, err)
	}
	return nil
}

func checkAppend(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return nil // a device, or a pipe, whose opening may wait
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
