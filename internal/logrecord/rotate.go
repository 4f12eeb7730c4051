package logrecord

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"voiceflow/internal/openfile"
)

// rotatedFile is a log that several processes may write to at the same time. Each
// line is appended with a single write, and only one process at a time renames a
// full file.
type rotatedFile struct {
	path string // without links
	size int64  // maximum, in bytes; 0 for a device or a descriptor, which is never rotated
	kept int    // number of old logs, or 0 for all

	mu   sync.Mutex
	file *os.File // nil when closed
	info fs.FileInfo
	cut  bool // the last line was not written to its end
}

// openRotated opens a log that is rotated at a size in bytes. kept is the number
// of old logs to keep, or 0 for all.
func openRotated(path string, size int64, kept int) (*rotatedFile, error) {
	path = filepath.Clean(path)
	// Rotate the target of a link, not the link. If it cannot be followed, open fails.
	if target, err := openfile.Resolve(path); err == nil {
		path = target
	}
	if strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/") {
		size = 0
	}
	r := &rotatedFile{path: path, size: size, kept: kept}
	return r, r.open(0o600)
}

// Write appends a line.
func (r *rotatedFile) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	whole := len(line)
	info, err := os.Stat(r.path)
	if err == nil && r.size > 0 && info.Size() > 0 && info.Size()+int64(len(line)) > r.size {
		r.rotate(int64(len(line)))
		info, err = os.Stat(r.path)
	}
	if err != nil || r.file == nil || !os.SameFile(info, r.info) { // another process has rotated it
		if err := r.open(0o600); err != nil {
			return 0, err
		}
	}
	if !r.info.Mode().IsRegular() {
		// The reader of a pipe may stall; a log must not hold up the program. Devices
		// have no deadlines and need none.
		_ = r.file.SetWriteDeadline(time.Now().Add(pipeTime))
	}
	if r.cut { // end what is there of the last line, so that this one can be read
		line = append([]byte("\n"), line...)
	}
	n, err := r.file.Write(line)
	switch {
	case err == nil:
		r.cut = false
	case n > 0:
		r.cut = !bytes.HasSuffix(line[:n], []byte("\n"))
	}
	return min(n, whole), err
}

// pipeTime is how long a line may wait for the reader of a pipe.
const pipeTime = 100 * time.Millisecond

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
	if openfile.IsOpenFile(r.path) { // others write to it, too, from where it stands
		f, err := openfile.Share(r.path)
		if err != nil {
			return err
		}
		return r.use(f)
	}
	f, err := openfile.Append(r.path, mode)
	if errors.Is(err, openfile.ErrNotRegular) {
		f, err = openfile.Sink(r.path)
	}
	if err != nil {
		return err
	}
	return r.use(f)
}

// use makes f the file to write to.
func (r *rotatedFile) use(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.close()
	r.file, r.info, r.cut = f, info, r.cut && !info.Mode().IsRegular()
	return nil
}

// staleLock is the age from which a lock counts as left behind by a dead process.
// Renaming a file takes milliseconds.
const staleLock = time.Minute

// rotate renames the file, unless another process is doing so or has done so. If
// that fails, the log keeps growing, which is better than losing lines.
func (r *rotatedFile) rotate(more int64) {
	lock := r.path + ".lock"
	f, err := openfile.New(lock, 0o600)
	if err != nil {
		if info, err := os.Lstat(lock); err == nil && time.Since(info.ModTime()) > staleLock {
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
	r.prune()
}

// prune removes the oldest logs beyond those to keep.
func (r *rotatedFile) prune() {
	entries, err := os.ReadDir(filepath.Dir(r.path))
	if r.kept <= 0 || err != nil {
		return
	}
	var old []string // the names sort by time
	for _, e := range entries {
		if e.Type().IsRegular() && isRotated(e.Name(), filepath.Base(r.path)) {
			old = append(old, e.Name())
		}
	}
	slices.Sort(old)
	for _, name := range old[:max(len(old)-r.kept, 0)] {
		_ = os.Remove(filepath.Join(filepath.Dir(r.path), name)) // or the next time
	}
}

// isRotated reports whether a name is one that rotatedPath has made of live.
func isRotated(name, live string) bool {
	extension := filepath.Ext(live)
	stamp, ok := strings.CutPrefix(name, strings.TrimSuffix(live, extension)+"-")
	if !ok {
		return false
	}
	stamp, ok = strings.CutSuffix(stamp, extension)
	_, err := time.Parse(rotatedStamp, stamp)
	return ok && err == nil
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
