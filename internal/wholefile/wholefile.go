// Package wholefile writes files whole: readers see the old one or the new,
// never a part, also where the disk is full or the program is killed.
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

	"github.com/google/renameio/v2"
)

// Write puts a file in place, with the permissions that a new one gets, and
// makes its folder. Of a symbolic link the file that it leads to is replaced,
// also where that is not there yet. A device or a pipe is written to.
func Write(path string, data []byte, perm fs.FileMode) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return writeTo(path, data)
	}
	path = target(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return replace(path, data, perm)
}

// Unfinished is the name, as for os.CreateTemp, of a file until it is whole. It
// is short: one made from the file's could be too long where that is not.
const Unfinished = ".voiceflow-*"

// replace puts a file in place of what is there.
func replace(path string, data []byte, perm fs.FileMode) (err error) {
	permissions := renameio.WithPermissions(perm)
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		return &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
	} else if err == nil {
		permissions = renameio.WithStaticPermissions(info.Mode().Perm())
	}
	dir := filepath.Dir(path)
	f, err := renameio.NewPendingFile(filepath.Join(dir, strings.Trim(Unfinished, ".*")), renameio.WithTempDir(dir), permissions)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync() // else a power cut can leave an empty file with the right name
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeTo(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// maxLinks is how many links in a row Linux follows (path_resolution(7)).
const maxLinks = 40

// target is where links lead to.
func target(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file
	}
	for range maxLinks {
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}
