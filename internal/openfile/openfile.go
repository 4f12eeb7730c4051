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
	"syscall"
	"time"
)

// ErrNotRegular is wrapped by errors about pipes, devices, sockets and folders.
var ErrNotRegular = errors.New("not a regular file")

// errFolder is ErrNotRegular for folders.
var errFolder = fmt.Errorf("%w, %w", syscall.EISDIR, ErrNotRegular)

// ErrTooLong is wrapped by errors about files longer than a limit.
var ErrTooLong = errors.New("too long")

// ErrForeignLink is wrapped by errors about links that another user made.
var ErrForeignLink = errors.New("a symbolic link of another user")

// errForeignName is about a file of this user to which another may have made a hard
// link.
var errForeignName = fmt.Errorf("%w, or a private file with a second name in a folder that others can write to",
	ErrForeignLink)

// Regular opens a regular file for reading. It never blocks. It refuses a private
// file to which another user has made a link.
func Regular(path string) (*os.File, error) {
	f, err := open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	if err := checkReading(f, path); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// ReadAll returns the contents of a file of at most limit bytes. Besides regular
// files it reads [os.DevNull], pipes that this process has inherited, such as
// /dev/stdin or the /dev/fd/63 of a shell's <(command), and named pipes of this user
// that somebody is about to write to, such as those of fish's psub. Pipes block until
// their other end is closed.
func ReadAll(path string, limit int64) ([]byte, error) {
	f, err := readable(path)
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

func notRegular(path string, info fs.FileInfo) error {
	err := ErrNotRegular
	if info.IsDir() {
		err = errFolder
	}
	return &fs.PathError{Op: "open", Path: path, Err: err}
}

// New creates a file for writing. Nothing may exist under its name yet, not even a
// link.
func New(path string, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
}

// Append opens a regular file for appending, and creates it if necessary. It
// follows symbolic links only if this user or root made them, and refuses a file
// with several names in a folder that others can write to.
func Append(path string, perm fs.FileMode) (*os.File, error) {
	return change(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, perm)
}

// ReadWrite is like Append, but opens for reading and writing from the start.
func ReadWrite(path string, perm fs.FileMode) (*os.File, error) {
	return change(path, os.O_RDWR|os.O_CREATE, perm)
}

// open opens a file and refuses it if it is not a regular one.
func open(path string, flags int, perm fs.FileMode) (*os.File, error) {
	// Without noBlock, opening a named pipe waits for its other end.
	f, err := openLeased(path, flags|noBlock, perm)
	if err != nil {
		if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() { // such as a socket
			err = notRegular(path, info)
		}
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(path, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

const (
	leaseTime  = 45 * time.Second // Linux's /proc/sys/fs/lease-break-time
	leasePause = 100 * time.Millisecond
)

// openLeased opens a file without blocking, but waits until a lease on it ends.
func openLeased(path string, flags int, perm fs.FileMode) (*os.File, error) {
	end := time.Now().Add(leaseTime)
	for {
		f, err := os.OpenFile(path, flags, perm)
		if err == nil || !isLeased(err) || time.Now().After(end) {
			return f, err
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil, renamed(err)
		}
		time.Sleep(leasePause)
	}
}

// change opens a regular file for changing it.
func change(path string, flags int, perm fs.FileMode) (*os.File, error) {
	target, err := trusted(path)
	if err != nil {
		return nil, err
	}
	if !isMagic(target) {
		flags |= noFollow
	}
	f, err := open(target, flags, perm)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && hasForeignName(info, target) {
		err = &fs.PathError{Op: "open", Path: path, Err: errForeignName}
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
	target, err := Resolve(path)
	if err != nil || isMagic(target) {
		return target, err
	}
	if info, err := os.Lstat(target); err == nil && info.Mode().Type() == fs.ModeSymlink {
		return "", &fs.PathError{Op: "open", Path: path, Err: ErrForeignLink}
	}
	return target, nil
}

// checkReading refuses a file that only its owner may read if another user made a
// link on the way to it: what a program reads may end in an output that others read.
func checkReading(f *os.File, path string) error {
	info, err := f.Stat()
	if err != nil || info.Mode().Perm()&0o044 != 0 {
		return err
	}
	target, err := walk(path, func(link fs.FileInfo, in string) bool {
		return trustworthy(link) || sameOwner(link, info) || isClosed(in)
	})
	switch {
	case errors.Is(err, ErrForeignLink):
		return err
	case err == nil && hasForeignName(info, target):
		return &fs.PathError{Op: "open", Path: path, Err: errForeignName}
	}
	return nil
}

// renamed makes an error of Stat read as one of opening.
func renamed(err error) error {
	if named := (*fs.PathError)(nil); errors.As(err, &named) {
		return &fs.PathError{Op: "open", Path: named.Path, Err: named.Err}
	}
	return err
}
