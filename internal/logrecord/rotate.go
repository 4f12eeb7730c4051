package logrecord

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"
)

// rotatedFile is a log that several processes may write to at the same time. Each
// line is appended with a single write, and only one process at a time renames a
// full file. lumberjack opens new files in a way that lets two processes overwrite
// each other's lines, so it is used only to delete the oldest logs.
type rotatedFile struct {
	path string
	size int64 // maximum, in bytes
	old  *lumberjack.Logger

	mu   sync.Mutex
	file *os.File // nil when closed
	info fs.FileInfo
}

// openRotated opens a log that is rotated at a size in bytes. kept is the number
// of old logs to keep, or 0 for all.
func openRotated(path string, size int64, kept int) (*rotatedFile, error) {
	path = filepath.Clean(path)
	old := &lumberjack.Logger{Filename: path, MaxSize: math.MaxInt32, MaxBackups: kept}
	r := &rotatedFile{path: path, size: size, old: old}
	return r, r.open(0o600)
}

// Write appends a line.
func (r *rotatedFile) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	info, err := os.Stat(r.path)
	if err == nil && info.Size() > 0 && info.Size()+int64(len(line)) > r.size {
		r.rotate(int64(len(line)))
		info, err = os.Stat(r.path)
	}
	if err != nil || r.file == nil || !os.SameFile(info, r.info) { // another process has rotated it
		if err := r.open(0o600); err != nil {
			return 0, err
		}
	}
	return r.file.Write(line)
}

// Close closes the file; the next line opens it again.
func (r *rotatedFile) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.close()
}

func (r *rotatedFile) close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}

// open opens the file that currently has the log's name.
func (r *rotatedFile) open(mode fs.FileMode) error {
	f, err := os.OpenFile(r.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.close()
	r.file, r.info = f, info
	return nil
}

// staleLock is the age from which a lock counts as left behind by a dead process.
// Renaming a file takes milliseconds.
const staleLock = time.Minute

// rotate renames the file, unless another process is doing so or has done so. If
// that fails, the log keeps growing, which is better than losing lines.
func (r *rotatedFile) rotate(more int64) {
	lock := r.path + ".lock"
	f, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		if info, err := os.Stat(lock); err == nil && time.Since(info.ModTime()) > staleLock {
			os.Remove(lock)
		}
		return
	}
	defer os.Remove(lock)
	defer f.Close()
	info, err := os.Stat(r.path)
	if err != nil || info.Size()+more <= r.size {
		return
	}
	r.close() // Windows cannot rename an open file
	if os.Rename(r.path, r.oldName()) != nil || r.open(info.Mode().Perm()) != nil {
		return
	}
	r.old.Write(nil) // makes lumberjack delete surplus logs
	r.old.Close()
}

// oldName returns an unused path for the old log.
func (r *rotatedFile) oldName() string {
	for at := time.Now(); ; at = at.Add(time.Millisecond) {
		name := rotatedPath(r.path, at)
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}
