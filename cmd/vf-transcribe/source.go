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
	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// source identifies the recording that outputs belong to. It is stored in a hidden
// folder next to them, so that another recording of the same name is not mistaken
// for it.
type source struct {
	path     string // absolute
	size     int64  // bytes, or one of the values below
	modified int64  // nanoseconds since 1970
}

// Special sizes.
const (
	unfinished = -1 // its outputs are being written, or it is a pipe: it never counts as unchanged
	missing    = -2 // the recording does not exist
)

// sourceFolder is the hidden folder for the sources of the outputs in a folder.
const sourceFolder = filelist.OwnPrefix

// sourceOf describes a recording.
func sourceOf(file string) (source, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return source{}, err
	}
	info, err := os.Stat(file)
	switch {
	case err != nil: // opening it will report the error
		return source{path: path, size: missing}, nil
	case !info.Mode().IsRegular():
		return source{path: path, size: unfinished}, nil
	}
	return source{path: path, size: info.Size(), modified: info.ModTime().UnixNano()}, nil
}

// sameRecording reports whether two sources are the same recording, perhaps changed:
// it has the same path, or has been moved.
func (s source) sameRecording(other source) bool {
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

// unchanged reports whether a recording is the same as when its outputs were
// written. A missing recording counts as unchanged.
func (s source) unchanged(now source) bool {
	return s.size != unfinished && (now.size == missing || s.size == now.size && s.modified == now.modified)
}

// sourceFile returns the file that stores the source of outputs. Its name is a hash,
// because one derived from the outputs' names could be too long.
func sourceFile(stem string) string {
	hash := sha256.Sum256([]byte(filepath.Base(stem)))
	return filepath.Join(filepath.Dir(stem), sourceFolder, fmt.Sprintf("%x", hash[:8]))
}

// readSource reads the source of the outputs with a stem. Outputs of versions that
// did not store sources have none.
func readSource(stem string) (s source, found bool, err error) {
	data, err := openfile.ReadAll(sourceFile(stem), 64<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return source{}, false, nil
	}
	if err != nil {
		return source{}, false, err
	}
	numbers, path, _ := bytes.Cut(data, []byte("\n")) // the path may contain line ends and invalid UTF-8
	if _, err := fmt.Sscanf(string(numbers), "%d %d", &s.size, &s.modified); err != nil || len(path) == 0 {
		return source{}, false, nil // truncated by a full disk
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
