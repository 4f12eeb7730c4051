package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/openfile"
)

// History is a file of past reports, one JSON line per check.
type History struct {
	Path string
	// MaxBytes is the size at which the file is rotated, and Keep the number of
	// old files: Path.1 is the latest.
	MaxBytes int64
	Keep     int
}

// NewHistory returns the history in a state folder: up to six files of 5 MB.
func NewHistory(state string) History {
	return History{Path: filepath.Join(state, "history", "checks.jsonl"), MaxBytes: 5 << 20, Keep: 5}
}

// Append adds a report. It starts a new line even if a full disk cut the last
// one short.
func (h History) Append(r *Report) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("history of checks: %w", err)
	}
	if err := h.append(append(line, '\n')); err != nil {
		return fmt.Errorf("history of checks: %w", err)
	}
	return nil
}

func (h History) append(line []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(h.Path), 0o700); err != nil {
		return err
	}
	if info, err := os.Stat(h.Path); err == nil && info.Size()+int64(len(line)) > h.MaxBytes {
		if err := h.rotate(); err != nil {
			return err
		}
	}
	f, err := openfile.Append(h.Path, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	last, err := h.lastByte(info.Size())
	if err != nil {
		return err
	}
	if last != '\n' {
		line = append([]byte{'\n'}, line...)
	}
	_, err = f.Write(line) // in one call, because another check may be writing, too
	return err
}

// lastByte returns the last byte of a history of this size, or a newline if it is
// empty.
func (h History) lastByte(size int64) (byte, error) {
	if size == 0 {
		return '\n', nil
	}
	f, err := openfile.Regular(h.Path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	last := make([]byte, 1)
	_, err = f.ReadAt(last, size-1)
	return last[0], err
}

func (h History) rotate() error {
	for i := h.Keep; i > 0; i-- {
		from := h.Path
		if i > 1 {
			from = fmt.Sprintf("%s.%d", h.Path, i-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", h.Path, i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Keep appends the report to a history. A failure becomes a finding, not an
// error, because the check itself is complete.
func (r *Report) Keep(h History) {
	err := h.Append(r)
	if err == nil {
		return
	}
	f, isDisk := diskFinding("history", err)
	if !isDisk {
		f = Finding{Status: verdict.Warning, Suite: "history", Check: Unwritable, What: "not written: " + err.Error()}
	}
	r.Add(f)
}
