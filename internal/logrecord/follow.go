package logrecord

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// pollTime is the interval at which Follow looks for new lines. Polling works on
// every file system, including network ones.
const pollTime = 200 * time.Millisecond

// Follow reads the logs in a folder from since on, and then the lines that
// programs add, including those in new files.
func Follow(folder string, since time.Time) Source { return Watch(folder, since, func() {}) }

// Watch is like Follow, but calls caughtUp once when it has read everything that
// was in the logs at the start.
func Watch(folder string, since time.Time, caughtUp func()) Source {
	caughtUp = sync.OnceFunc(caughtUp)
	return func(ctx context.Context) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			f := &follower{folder: folder, since: since, logs: map[string]*log{}}
			defer f.close()
			recent := func(r Record, err error) bool {
				return err == nil && r.Time.Before(since) || yield(r, err)
			}
			failing := map[string]bool{} // a persistent error is reported once
			ticker := time.NewTicker(pollTime)
			defer ticker.Stop()
			for {
				before := failing
				failing = map[string]bool{}
				for _, err := range f.rescan() {
					failing[err.Error()] = true
					if !before[err.Error()] && !yield(Record{}, err) {
						return
					}
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

// rescan opens new logs and closes those that were moved out of the folder. It
// reports a log that cannot be opened and continues with the others.
func (f *follower) rescan() []error {
	moved := f.takeMoved() // before listing the folder, so that the list has their new names
	paths, err := Find(f.folder)
	if err != nil {
		maps.Copy(f.logs, moved) // keep them until the folder can be read again
		return []error{err}
	}
	for _, l := range moved {
		// Do not read a log again if it was renamed within the folder.
		if to := f.find(paths, l.info); to != "" {
			f.logs[to] = l
		} else {
			l.Close()
		}
	}
	var failed []error
	for _, path := range paths {
		if f.logs[path] != nil {
			continue
		}
		if info, err := os.Stat(path); err == nil && (info.ModTime().Before(f.since) || f.follows(info)) {
			continue // too old, unless it grows, or a link to another log
		}
		l, err := open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // rotated in the meantime
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		f.logs[path] = l
	}
	return failed
}

// takeMoved removes logs that were renamed or deleted from f.logs and returns
// them. It also closes logs that were truncated, so that they are read from the
// start again.
func (f *follower) takeMoved() map[string]*log {
	moved := map[string]*log{}
	for name, l := range f.logs {
		info, err := os.Stat(name)
		same := err == nil && os.SameFile(info, l.info)
		switch {
		case same && info.Size() >= l.read:
			continue
		case same:
			l.Close()
		default:
			moved[name] = l
		}
		delete(f.logs, name)
	}
	return moved
}

func (f *follower) follows(info fs.FileInfo) bool {
	for _, l := range f.logs {
		if os.SameFile(l.info, info) {
			return true
		}
	}
	return false
}

func (f *follower) find(paths []string, info fs.FileInfo) string {
	for _, path := range paths {
		if other, err := os.Stat(path); err == nil && os.SameFile(info, other) && f.logs[path] == nil {
			return path
		}
	}
	return ""
}

// sorted returns the logs by name, so that rotated ones come before live ones.
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
