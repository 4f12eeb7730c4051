// Package openfile opens and creates files without trusting what their names lead
// to. Opening a named pipe blocks, reading a device may never end, and in a folder
// that others can write to, a link planted under an expected name leads to a file
// of its victim.
package openfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular is wrapped by errors about pipes, devices, sockets and folders.
var ErrNotRegular = errors.New("not a regular file")

// ErrTooLong is wrapped by errors about files longer than a limit.
var ErrTooLong = errors.New("too long")

// ErrForeignLink is wrapped by errors about symbolic links that another user made.
var ErrForeignLink = errors.New("a symbolic link of another user")

// Regular opens a regular file for reading. It never blocks.
func Regular(path string) (*os.File, error) {
	return open(path, os.O_RDONLY, 0)
}

// ReadAll returns the contents of a regular file of at most limit bytes.
func ReadAll(path string, limit int64) ([]byte, error) {
	f, err := Regular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w: more than %d bytes", ErrTooLong, limit)}
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

// New creates a file for writing. Nothing may exist under its name yet, not even a
// link.
func New(path string, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
}

// Append opens a regular file for appending, and creates it if necessary. It
// follows a symbolic link only if this user or root made it.
func Append(path string, perm fs.FileMode) (*os.File, error) {
	path, err := trusted(path)
	if err != nil {
		return nil, err
	}
	return open(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|noFollow, perm)
}

// ReadWrite is like Append, but opens for reading and writing from the start.
func ReadWrite(path string, perm fs.FileMode) (*os.File, error) {
	path, err := trusted(path)
	if err != nil {
		return nil, err
	}
	return open(path, os.O_RDWR|os.O_CREATE|noFollow, perm)
}

// open opens a file and refuses it if it is not a regular one.
func open(path string, flags int, perm fs.FileMode) (*os.File, error) {
	// Without noBlock, opening a named pipe waits for its other end.
	f, err := os.OpenFile(path, flags|noBlock, perm)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// trusted returns the file that path leads to. All links on the way must be this
// user's or root's.
func trusted(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode().Type() != fs.ModeSymlink {
			return path, nil
		}
		if !trustworthy(info) {
			return "", &fs.PathError{Op: "open", Path: path, Err: ErrForeignLink}
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", &fs.PathError{Op: "open", Path: path, Err: errors.New("too many symbolic links")}
}

// maxLinks is the number of consecutive links that Linux follows
// (path_resolution(7)).
const maxLinks = 40
