package metrics

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
	"slices"
	"strings"
	"sync"
	"time"
)

// Source gives readings in the order of their time, until it has no more or ctx
// ends. An error is about one file or line, and the others go on.
type Source func(ctx context.Context) iter.Seq2[Reading, error]

// maxLine is the longest line of a log that is read, in bytes.
const maxLine = 1 << 20

// Logs finds the logs of the programs in a folder, those that were rotated
// included; a file is taken as it is.
func Logs(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("logs: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	found, err := filepath.Glob(filepath.Join(path, "*.log"))
	if err != nil {
		return nil, fmt.Errorf("logs in %s: %w", path, err)
	}
	return found, nil
}

// Files reads logs from start to end, merged by their time.
func Files(paths ...string) Source {
	return func(ctx context.Context) iter.Seq2[Reading, error] {
		return func(yield func(Reading, error) bool) {
			var logs []*log
			for _, path := range paths {
				l, err := open(path)
				if err != nil {
					if !yield(Reading{}, err) {
						return
					}
					continue
				}
				defer l.Close()
				logs = append(logs, l)
			}
			merge(ctx, logs, yield)
		}
	}
}

// merge gives the readings of several logs by their time.
func merge(ctx context.Context, logs []*log, yield func(Reading, error) bool) bool {
	heads := make([]*Reading, len(logs))
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
			case !yield(Reading{}, err):
				return false
			case !errors.As(err, new(*lineError)):
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

// pollTime is how often Follow looks for new lines. Polling works on every file
// system, those of other machines included.
const pollTime = 200 * time.Millisecond

// Follow reads the logs in a folder, as far as they are not older than since,
// and then what the programs add to them, files that appear later included.
func Follow(folder string, since time.Time) Source { return Watch(folder, since, func() {}) }

// Watch is Follow that calls caughtUp, once, when what was in the logs at the
// start has been read.
func Watch(folder string, since time.Time, caughtUp func()) Source {
	caughtUp = sync.OnceFunc(caughtUp)
	return func(ctx context.Context) iter.Seq2[Reading, error] {
		return func(yield func(Reading, error) bool) {
			f := &follower{folder: folder, since: since, logs: map[string]*log{}}
			defer f.close()
			recent := func(r Reading, err error) bool {
				return err == nil && r.Time.Before(since) || yield(r, err)
			}
			told := "" // an error that stays is told once
			ticker := time.NewTicker(pollTime)
			defer ticker.Stop()
			for {
				err := f.look()
				if err != nil && err.Error() != told && !yield(Reading{}, err) {
					return
				}
				if told = ""; err != nil {
					told = err.Error()
				}
				if !merge(ctx, f.sorted(), recent) {
					return
				}
				caughtUp()
				select {
				case <-ticker.C:
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

// follower keeps the logs of a folder open.
type follower struct {
	folder string
	since  time.Time
	logs   map[string]*log
}

// look opens the logs that are new and lets those go that were rotated away and
// read to their end.
func (f *follower) look() error {
	paths, err := Logs(f.folder)
	if err != nil {
		return err
	}
	for name, l := range f.logs {
		info, err := os.Stat(name)
		if err == nil && os.SameFile(info, l.info) && info.Size() >= l.read {
			continue
		}
		// Renamed, removed or cut short: the last lines first. What was renamed
		// within the folder is not read again under its new name.
		if err == nil && os.SameFile(info, l.info) {
			l.Close()
			delete(f.logs, name)
			continue
		}
		delete(f.logs, name)
		if moved := f.find(paths, l.info); moved != "" {
			f.logs[moved] = l
		} else {
			l.Close()
		}
	}
	for _, path := range paths {
		if f.logs[path] != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(f.since) {
			continue // nothing in it is wanted, unless it grows
		}
		l, err := open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // rotated since
		}
		if err != nil {
			return err
		}
		f.logs[path] = l
	}
	return nil
}

func (f *follower) find(paths []string, info fs.FileInfo) string {
	for _, path := range paths {
		if other, err := os.Stat(path); err == nil && os.SameFile(info, other) && f.logs[path] == nil {
			return path
		}
	}
	return ""
}

// sorted are the logs, those that were rotated before the live ones.
func (f *follower) sorted() []*log {
	var all []*log
	for _, l := range f.logs {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *log) int { return strings.Compare(a.name, b.name) })
	return all
}

func (f *follower) close() {
	for _, l := range f.logs {
		l.Close()
	}
}

// log is a file that is read line by line, also while it grows.
type log struct {
	*os.File
	name    string
	info    fs.FileInfo
	buf     *bufio.Reader
	partial []byte // a line whose end is not written yet
	skip    bool   // the line is too long: go on to its end
	read    int64  // bytes
	line    int
}

func open(path string) (*log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a file")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("log %s: %w", path, err)
	}
	return &log{File: f, name: path, info: info, buf: bufio.NewReaderSize(f, 64<<10)}, nil
}

// lineError is about one line; the log goes on behind it.
type lineError struct{ error }

// next gives the next reading; io.EOF where there is none yet.
func (l *log) next() (Reading, error) {
	for {
		line, err := l.nextLine()
		if err != nil {
			return Reading{}, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, ok, err := Parse(line)
		if err != nil {
			return Reading{}, &lineError{fmt.Errorf("%s, line %d: %w", l.name, l.line, err)}
		}
		if ok {
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
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case err != nil:
			return nil, fmt.Errorf("log %s: %w", l.name, err)
		}
		line := l.partial
		l.partial = l.partial[:0:0]
		l.line++
		if l.skip {
			l.skip = false
			return nil, &lineError{fmt.Errorf("%s, line %d: longer than %d bytes", l.name, l.line, maxLine)}
		}
		return line, nil
	}
}
