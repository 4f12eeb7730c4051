package models

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/filelock"
	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// part is an unfinished download: the locked file FILE.part, and the hash of its content.
type part struct {
	path    string
	file    *os.File
	size    int64 // bytes
	hash    hash.Hash
	origin  origin
	removed bool // it has been renamed or removed
}

// origin is the version of a file that the bytes of a part belong to.
type origin struct {
	URL   string `json:"url"`
	ETag  string `json:"etag,omitempty"`  // a strong one; empty: the server sent none
	Total int64  `json:"bytes,omitempty"` // of the complete file; 0: unknown
}

const (
	partEnding   = ".part"
	originEnding = ".json" // appended to partEnding
)

// Unfinished reports whether a file name is that of an unfinished download of a model, or of
// the JSON file next to it.
func Unfinished(name string) bool {
	model, isPart := strings.CutSuffix(strings.TrimSuffix(name, originEnding), partEnding)
	return isPart && len(model) > len("ggml-.bin") && strings.HasPrefix(model, "ggml-") && strings.HasSuffix(model, ".bin")
}

// openPart opens or creates the part of a model's file and reads its content. The error is
// [ErrBusy] while another pull has it.
func openPart(ctx context.Context, file string) (*part, error) {
	path := file + partEnding
	f, err := openLocked(path)
	if err != nil {
		return nil, err
	}
	p := &part{path: path, file: f, hash: sha256.New()}
	data, err := openfile.ReadAll(p.originFile(), 64<<10)
	if err == nil {
		err = json.Unmarshal(data, &p.origin)
	}
	if err != nil {
		// It is unknown what these bytes belong to.
		err = p.restart(origin{})
	} else {
		p.size, err = io.Copy(p.hash, contextReader{ctx, f})
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// lock keeps other pulls away from f until it is closed. Where there are no locks, two pulls
// may write the same part; its hash is then wrong and it is removed.
func lock(f *os.File) error {
	switch err := filelock.Try(f); {
	case errors.Is(err, filelock.ErrHeld):
		return ErrBusy
	case errors.Is(err, errors.ErrUnsupported):
		return nil
	default:
		return err
	}
}

// openLocked opens or creates a file that no other pull has open. Between opening and locking,
// the other pull may have renamed or removed it; then the lock is on a file that is no longer
// the part, and the file is opened again.
func openLocked(path string) (*os.File, error) {
	for {
		f, err := openfile.ReadWrite(path, 0o644)
		if err != nil {
			return nil, err
		}
		if err := lock(f); err != nil {
			f.Close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		ours, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		there, err := os.Stat(path)
		if err == nil && os.SameFile(ours, there) {
			return f, nil
		}
		f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

func (p *part) originFile() string { return p.path + originEnding }

// restart empties the part; the bytes that follow are of origin o.
func (p *part) restart(o origin) error {
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p.size, p.origin = 0, o
	p.hash.Reset()
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return wholefile.Write(p.originFile(), data, 0o644)
}

// Write appends to the part.
func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	return n, err
}

// install renames a complete and checked part to its final name.
func (p *part) install(file string) error {
	if err := p.file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(p.path, file); err != nil {
		return err
	}
	p.removed = true
	os.Remove(p.originFile())
	return syncFolder(filepath.Dir(file))
}

// syncFolder makes a rename in a folder durable, which not every file system supports.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	_ = dir.Sync()
	return nil
}

// discard removes the part.
func (p *part) discard() {
	if !p.removed {
		os.Remove(p.originFile())
		os.Remove(p.path)
		p.removed = true
	}
}

// close releases the part to other pulls. An empty one is removed.
func (p *part) close() {
	if info, err := p.file.Stat(); err == nil && info.Size() == 0 {
		p.discard()
	}
	p.file.Close()
}
