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
	return func(ctx context.Context) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			f := &follower{folder: folder, since: since, logs: map[string]*log{}}
			defer f.close()
			recent := func(r Record, err error) bool {
				return err == nil && r.Time.Before(since) || yield(r, err)
			}
			told := map[string]bool{} // an error that stays is told once
			ticker := time.NewTicker(pollTime)
			defer ticker.Stop()
			for {
				before := told
				told = map[string]bool{}
				for _, err := range f.look() {
					told[err.Error()] = true
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

// look opens the logs that are new and lets those go that were rotated away and
// read to their end. One that cannot be read does not hide the others.
func (f *follower) look() []error {
	moved := f.moved() // before the folder is listed: the list has their new names
	paths, err := Find(f.folder)
	if err != nil {
		maps.Copy(f.logs, moved) // until the folder can be read again
		return []error{err}
	}
	for _, l := range moved {
		// What was renamed within the folder is not read again under its new name.
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
			continue // nothing in it is wanted, unless it grows; or it is a link to another
		}
		l, err := open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // rotated since
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		f.logs[path] = l
	}
	return failed
}

// moved takes out the logs that are no longer what their names stand for, and
// gives those that were renamed or removed. One that was cut short is to be read
// anew.
func (f *follower) moved() map[string]*log {
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
