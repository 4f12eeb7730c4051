package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"voiceflow/internal/filelist"
	"voiceflow/internal/wholefile"
)

// source is the recording that outputs belong to. One is kept for each of them,
// in a hidden folder next to them, so that another recording of the same name is
// not taken for it.
type source struct {
	path     string // absolute
	size     int64  // bytes, or one of those below
	modified int64  // nanoseconds since 1970
}

// Sizes that are none.
const (
	unfinished = -1 // its outputs are being written, or it is a pipe: it is never unchanged
	missing    = -2 // it is not there
)

// sourceFolder is where the sources of the outputs in a folder are kept.
const sourceFolder = filelist.OwnPrefix

// sourceOf describes a recording.
func sourceOf(file string) (source, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return source{}, err
	}
	info, err := os.Stat(file)
	switch {
	case err != nil: // opening it will say why
		return source{path: path, size: missing}, nil
	case !info.Mode().IsRegular():
		return source{path: path, size: unfinished}, nil
	}
	return source{path: path, size: info.Size(), modified: info.ModTime().UnixNano()}, nil
}

// is reports whether two sources are one recording, perhaps changed: of the same
// path, or what was there and was moved.
func (s source) is(other source) bool {
	if s.path == other.path {
		return true
	}
	a, errA := os.Stat(s.path)
	b, errB := os.Stat(other.path)
	if errA == nil && errB == nil {
		return os.SameFile(a, b)
	}
	return errors.Is(errA, fs.ErrNotExist) && errB == nil && s.unchanged(other)
}

// unchanged reports whether a recording is as it was when its outputs were written,
// as far as it is still there.
func (s source) unchanged(now source) bool {
	return s.size != unfinished && (now.size == missing || s.size == now.size && s.modified == now.modified)
}

// sourceFile is where the source of outputs is kept. The name is a hash, since
// one made from the outputs' could be too long.
func sourceFile(stem string) string {
	hash := sha256.Sum256([]byte(filepath.Base(stem)))
	return filepath.Join(filepath.Dir(stem), sourceFolder, fmt.Sprintf("%x", hash[:8]))
}

// readSource finds out whose the outputs of that name are. Those that were
// written before sources were kept have none.
func readSource(stem string) (s source, found bool, err error) {
	data, err := os.ReadFile(sourceFile(stem))
	if errors.Is(err, fs.ErrNotExist) {
		return source{}, false, nil
	}
	if err != nil {
		return source{}, false, err
	}
	numbers, path, _ := bytes.Cut(data, []byte("\n")) // a name may hold line ends and what is not UTF-8
	if _, err := fmt.Sscanf(string(numbers), "%d %d", &s.size, &s.modified); err != nil || len(path) == 0 {
		return source{}, false, nil // cut short by a full disk
	}
	s.path = string(path)
	return s, true, nil
}

func writeSource(stem string, s source) error {
	file := sourceFile(stem)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return wholefile.Write(file, fmt.Appendf(nil, "%d %d\n%s", s.size, s.modified, s.path), 0o666)
}
