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
)

// Source gives records in the order of their time, until it has no more or ctx
// ends. An error is about one file or line, and the others go on.
type Source func(ctx context.Context) iter.Seq2[Record, error]

// maxLine is the longest line of a log that is read, in bytes.
const maxLine = 1 << 20

// Find finds the logs of the programs in a folder, those that were rotated
// included; a file is taken as it is.
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
		// A folder or a pipe is no log; a link may lead to one.
		if (e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0) && filepath.Ext(e.Name()) == extension {
			found = append(found, filepath.Join(path, e.Name()))
		}
	}
	return found, nil
}

// Files reads logs from start to end, merged by their time.
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

// merge gives the records of several logs by their time.
func merge(ctx context.Context, logs []*log, yield func(Record, error) bool) bool {
	heads := make([]*Record, len(logs))
	advance := func(i int) bool { // false: the consumer wants no more
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

// log is a file that is read line by line, also while it grows.
type log struct {
	*os.File
	name   string
	folder string
	info   fs.FileInfo
	buf    *bufio.Reader
	// complete says that nothing will be added: what comes after the last line
	// is a line, too.
	complete bool
	partial  []byte // a line whose end is not written yet
	skip     bool   // the line is too long: go on to its end
	read     int64  // bytes
	line     int
}

func open(path string) (*log, error) {
	// Not after it is open: opening a pipe waits for somebody who writes to it.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("log %s: not a file", path)
	}
	f, err := os.Open(path)
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

// LineError is about one line of a log, which goes on behind it. Other errors
// are about a whole log or folder.
type LineError struct{ error }

// next gives the next record; io.EOF where there is none yet.
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

// nextLine gives the next line that is whole.
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
		case errors.Is(err, io.EOF): // the last line, without its end
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
