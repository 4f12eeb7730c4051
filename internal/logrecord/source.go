package logrecord

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"voiceflow/internal/openfile"
)

// Source yields records in order of time until there are no more or ctx is
// cancelled. An error concerns one file or line; the sequence continues after it.
type Source func(ctx context.Context) iter.Seq2[Record, error]

// maxLine is the maximum length of a line, in bytes.
const maxLine = 1 << 20

// Find returns the paths of all logs in a folder, including rotated ones. If path
// is a file, Find returns it as it is.
func Find(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("logs: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("logs: %w", err)
	}
	var found []string
	for _, e := range entries {
		// Folders and pipes are not logs, but a link may lead to one.
		if (e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0) && filepath.Ext(e.Name()) == extension {
			found = append(found, filepath.Join(path, e.Name()))
		}
	}
	return found, nil
}

// Files reads logs from start to end, merged by time.
func Files(paths ...string) Source {
	return func(ctx context.Context) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			var logs []*log
			for _, path := range paths {
				l, err := open(path)
				if err != nil {
					if !yield(Record{}, err) {
						return
					}
					continue
				}
				defer l.Close()
				l.complete = true
				logs = append(logs, l)
			}
			merge(ctx, logs, yield)
		}
	}
}

// merge yields the records of several logs in order of time. It returns false if
// yield did or ctx was cancelled.
func merge(ctx context.Context, logs []*log, yield func(Record, error) bool) bool {
	heads := make([]*Record, len(logs))
	advance := func(i int) bool { // false if yield returned false
		heads[i] = nil
		for {
			r, err := logs[i].next()
			switch {
			case errors.Is(err, io.EOF):
				return true
			case err == nil:
				heads[i] = &r
				return true
			case !yield(Record{}, err):
				return false
			case !errors.As(err, new(*LineError)):
				return true
			}
		}
	}
	for i := range logs {
		if !advance(i) {
			return false
		}
	}
	for ctx.Err() == nil {
		first := -1
		for i, h := range heads {
			if h != nil && (first < 0 || h.Time.Before(heads[first].Time)) {
				first = i
			}
		}
		if first < 0 {
			return true
		}
		if !yield(*heads[first], nil) || !advance(first) {
			return false
		}
	}
	return false
}

// log reads a file line by line, even while it grows.
type log struct {
	*os.File
	name   string
	folder string
	info   fs.FileInfo
	buf    *bufio.Reader
	// complete means that the file will not grow, so that text after the last
	// newline is a line, too.
	complete bool
	partial  []byte // start of a line whose end is not written yet
	skip     bool   // skip the rest of a line that is too long
	read     int64  // bytes so far
	line     int    // number of the current line
}

func open(path string) (*log, error) {
	f, err := openfile.Regular(path)
	if errors.Is(err, openfile.ErrNotRegular) {
		return nil, fmt.Errorf("log %s: not a file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("log %s: %w", path, err)
	}
	return &log{File: f, name: path, folder: filepath.Dir(path), info: info, buf: bufio.NewReaderSize(f, 64<<10)}, nil
}

// LineError concerns one line; reading continues after it. Other errors concern a
// whole log or folder.
type LineError struct{ error }

// next returns the next record, or io.EOF if there is none yet.
func (l *log) next() (Record, error) {
	for {
		line, err := l.nextLine()
		if err != nil {
			return Record{}, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, ok, err := Parse(line)
		if err != nil {
			return Record{}, &LineError{fmt.Errorf("%s, line %d: %w", l.name, l.line, err)}
		}
		if ok {
			r.Folder = l.folder
			return r, nil
		}
	}
}

// nextLine returns the next complete line.
func (l *log) nextLine() ([]byte, error) {
	for {
		part, err := l.buf.ReadSlice('\n')
		l.read += int64(len(part))
		if !l.skip {
			l.partial = append(l.partial, part...)
		}
		if len(l.partial) > maxLine {
			l.partial, l.skip = nil, true
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && !(l.complete && (len(l.partial) > 0 || l.skip)):
			return nil, io.EOF
		case errors.Is(err, io.EOF): // the last line, without a newline
		case err != nil:
			return nil, fmt.Errorf("log %s: %w", l.name, err)
		}
		line := l.partial
		l.partial = l.partial[:0:0]
		l.line++
		if l.skip {
			l.skip = false
			return nil, &LineError{fmt.Errorf("%s, line %d: longer than %d bytes", l.name, l.line, maxLine)}
		}
		return line, nil
	}
}
