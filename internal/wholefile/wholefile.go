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

	"github.com/google/renameio/v2"

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
	return replace(path, data, perm)
}

// Unfinished is the name of a file while it is being written, as a pattern for
// os.CreateTemp. It does not include the file's name, which could make it too long.
const Unfinished = ".voiceflow-*"

// replace creates or replaces a file.
func replace(path string, data []byte, perm fs.FileMode) (err error) {
	permissions := renameio.WithPermissions(perm)
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		return &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
	} else if err == nil && info.Mode().IsRegular() && openfile.OwnedHere(info) {
		permissions = renameio.WithStaticPermissions(info.Mode().Perm())
	}
	dir := filepath.Dir(path)
	name := filepath.Join(dir, strings.Trim(Unfinished, ".*"))
	f, err := renameio.NewPendingFile(name, renameio.WithTempDir(dir), permissions)
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
		err = f.Sync() // without it, a power cut can leave an empty file with the final name
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
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
