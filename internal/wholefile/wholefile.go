// Package wholefile writes files atomically: readers see either the old file or
// the new one, never a part, even if the disk is full or the program is killed.
//
//	err := wholefile.Write("report.txt", text, 0o600)
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"voiceflow/internal/openfile"
)

// Write creates or replaces a file, and creates its folder if necessary. perm
// applies to a new file; an existing one of this user keeps its permissions. If path
// is a symbolic link of this user or root, Write replaces its target, which need not
// exist; another user's link is itself replaced. It writes directly to a device, to a
// pipe that somebody reads, or to a descriptor such as /dev/fd/3, whatever it is.
func Write(path string, data []byte, perm fs.FileMode) error {
	target, err := openfile.Resolve(path)
	if err != nil {
		return err
	}
	if openfile.IsOpenFile(target) {
		return writeThrough(target, data)
	}
	if info, err := os.Stat(target); err == nil && !info.Mode().IsRegular() && !info.IsDir() && !isLink(target) {
		return writeTo(path, data)
	}
	path = target
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return Replace(path, data, perm)
}

// Unfinished is the name of a file while it is being written, as a pattern for
// os.CreateTemp. It does not include the file's name, which could make it too long.
const Unfinished = ".voiceflow-*"

// Replace creates or replaces a file as Write does, except that it never follows a
// symbolic link, but replaces it, and that the folder must exist.
func Replace(path string, data []byte, perm fs.FileMode) error {
	isExact := false
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		return &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
	} else if err == nil && info.Mode().IsRegular() && openfile.OwnedHere(info) {
		perm, isExact = info.Mode().Perm(), true
	}
	f, err := create(filepath.Dir(path), perm, isExact)
	if err != nil {
		return err
	}
	unfinished := &File{File: f, path: path}
	defer unfinished.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return unfinished.Commit()
}

// File is a file that is written piece by piece.
type File struct {
	*os.File
	path string
	done bool
}

// Create creates a file that will be at path once [File.Commit] is called, replacing
// whatever is there then. perm is subject to the umask.
func Create(path string, perm fs.FileMode) (*File, error) {
	f, err := create(filepath.Dir(path), perm, false)
	if err != nil {
		return nil, err
	}
	return &File{File: f, path: path}, nil
}

// Commit completes the file under its name.
func (f *File) Commit() error {
	err := f.Sync() // without it, a power cut can leave an empty file with the final name
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), f.path)
	}
	f.done = err == nil
	return err
}

// Discard removes the file, unless it is complete.
func (f *File) Discard() {
	if f.done {
		return
	}
	f.Close() // the error of a second call does not matter
	os.Remove(f.Name())
}

// writeThrough writes to a file that this process has inherited.
func writeThrough(target string, data []byte) error {
	f, err := openfile.OpenFile(target)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func writeTo(path string, data []byte) error {
	f, err := openfile.Sink(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// isLink reports whether path is a symbolic link, which [openfile.Resolve] has not
// followed. The links of /proc lead to open files.
func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == fs.ModeSymlink && !strings.HasPrefix(path, "/proc/")
}
