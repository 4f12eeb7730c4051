package openfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// readable opens what ReadAll reads. It opens a named pipe only once: the writer of one
// that is opened and closed again believes that its text has been read.
func readable(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode().Type() == fs.ModeNamedPipe && !isInherited(path) {
		if pipe := written(path); pipe != nil {
			return pipe, nil
		}
		return nil, notRegular(path, info)
	}
	f, err := Regular(path)
	if errors.Is(err, ErrNotRegular) && (isInherited(path) || isNull(path)) {
		return os.Open(path)
	}
	return f, err
}

// writerTime is how long to wait for the writer of a named pipe.
const writerTime = 2 * time.Second

// written opens a named pipe of this user that has a writer, or soon gets one, and
// returns nil if path is not one.
func written(path string) *os.File {
	f, err := os.OpenFile(path, os.O_RDONLY|noBlock, 0)
	if err != nil {
		return nil
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Type() == fs.ModeNamedPipe && trustworthy(info) && hasWriter(f, writerTime) {
		return f
	}
	f.Close()
	return nil
}

// Stream opens a file that is read from beginning to end: a regular one, a pipe or a
// terminal. Opening a named pipe, which must be this user's or root's, blocks until
// it has a writer.
func Stream(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, renamed(err)
	}
	if info.Mode().IsRegular() {
		return Regular(path)
	}
	if err := checkStream(path, info); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil { // it may have been replaced in the meantime
		err = checkStream(path, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// checkStream returns an error about what is neither a terminal, or another such
// device, nor a pipe of this user.
func checkStream(path string, info fs.FileInfo) error {
	switch info.Mode().Type() {
	case fs.ModeNamedPipe:
		if isInherited(path) || trustworthy(info) {
			return nil
		}
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("a pipe of another user")}
	case fs.ModeDevice | fs.ModeCharDevice:
		return nil
	}
	return notRegular(path, info)
}

// Sink opens a pipe or a device that exists for writing. It never blocks: a named
// pipe must have a reader, and must be this user's or root's.
func Sink(path string) (*os.File, error) {
	target, err := trusted(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_APPEND|noBlock, 0)
	if isWithoutReader(err) {
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("a pipe that nobody reads, or a socket")}
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.Mode().Type() == fs.ModeNamedPipe && (isInherited(path) || trustworthy(info)):
		return f, nil
	case info.Mode().Type() == fs.ModeDevice|fs.ModeCharDevice:
		return f, nil
	default:
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("neither a file nor a device nor a pipe of this user")}
	}
	f.Close()
	return nil, err
}

// isInherited reports whether path names a descriptor of this process.
func isInherited(path string) bool {
	path = filepath.Clean(path)
	for _, prefix := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/dev/stdin" || path == "/dev/stdout" || path == "/dev/stderr"
}

// isNull reports whether path leads to the null device.
func isNull(path string) bool {
	there, err := os.Stat(path)
	if err != nil {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(there, null)
}
