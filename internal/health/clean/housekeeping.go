// Package clean removes what the programs leave behind and nobody needs
// any more: old rotated logs and histories, files of programs that were killed.
//
// A [Place] is a folder with the names of what may go. Nothing else is ever
// touched: no other name, no live log, no symbolic link nor what it leads to,
// nothing that a process has open, and in folders that are shared nothing that
// belongs to somebody else.
package clean

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Place is a folder and what may go in it.
type Place struct {
	Folder  string
	Names   func(name string) bool // whether it may go
	Live    func(name string) bool // whether it counts for MaxBytes and never goes; nil: nothing does
	Folders bool                   // Names are those of folders, which go with all that is in them

	MaxAge   time.Duration // since the last write; what is older goes
	MaxBytes int64         // of all together; above it the oldest go first. 0: no limit
}

// Removed is what went, or would go.
type Removed struct {
	Path  string
	Bytes int64
	Why   string
}

// item is something in a place.
type item struct {
	name     string
	bytes    int64
	modified time.Time
	mayGo    bool
}

// Clean removes what may go, oldest first; with dry nothing is removed, but
// returned. A folder that is not there has nothing. What cannot be removed is
// in the error and does not keep the rest.
func (p Place) Clean(now time.Time, dry bool) ([]Removed, error) {
	// A root keeps every name below the folder, whatever happens to links.
	root, err := os.OpenRoot(p.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("clean: %w", err)
	}
	defer root.Close()
	items, err := p.items(root)
	if err != nil {
		return nil, fmt.Errorf("clean %s: %w", p.Folder, err)
	}
	var gone []Removed
	var failed []error
	for _, it := range p.choose(items, now) {
		if !dry {
			if err := p.remove(root, it.name); err != nil {
				failed = append(failed, fmt.Errorf("clean: %w", err))
				continue
			}
		}
		gone = append(gone, Removed{Path: filepath.Join(p.Folder, it.name), Bytes: it.bytes, Why: it.why})
	}
	return gone, errors.Join(failed...)
}

func (p Place) remove(root *os.Root, name string) error {
	if p.Folders {
		return root.RemoveAll(name)
	}
	return root.Remove(name)
}

// items are the files, or folders, of the place, oldest first.
func (p Place) items(root *os.Root) ([]item, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	folder, err := filepath.EvalSymlinks(p.Folder)
	if err != nil {
		return nil, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	var items []item
	var open []string
	for _, e := range entries {
		mayGo := p.Names(e.Name())
		if !mayGo && (p.Live == nil || !p.Live(e.Name())) {
			continue
		}
		info, err := root.Lstat(e.Name())
		if err != nil || !p.is(info) || !own(info, root) {
			continue // it went meanwhile, or is none of ours
		}
		if mayGo && open == nil {
			open = openFiles()
		}
		path := filepath.Join(folder, e.Name())
		mayGo = mayGo && !slices.ContainsFunc(open, func(o string) bool { return o == path || strings.HasPrefix(o, path+"/") })
		items = append(items, item{e.Name(), p.size(root, info), info.ModTime(), mayGo})
	}
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.name, b.name))
	})
	return items, nil
}

func (p Place) is(info fs.FileInfo) bool {
	if p.Folders {
		return info.IsDir()
	}
	return info.Mode().IsRegular()
}

// own tells whether a file is this user's, where others, of the folder's group or
// not, may put theirs as well.
func own(info fs.FileInfo, root *os.Root) bool {
	folder, err := root.Stat(".")
	if err != nil {
		return false
	}
	if folder.Mode()&0o022 == 0 {
		return true
	}
	sys, known := info.Sys().(*syscall.Stat_t)
	return !known || int(sys.Uid) == os.Getuid()
}

func (p Place) size(root *os.Root, info fs.FileInfo) int64 {
	if !info.IsDir() {
		return info.Size()
	}
	var sum int64
	_ = fs.WalkDir(root.FS(), info.Name(), func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be seen counts as nothing
		}
		if in, err := e.Info(); err == nil && in.Mode().IsRegular() {
			sum += in.Size()
		}
		return nil
	})
	return sum
}

// chosen is an item that goes.
type chosen struct {
	item
	why string
}

// choose decides by age and then, from the oldest on, by the size of all.
func (p Place) choose(items []item, now time.Time) []chosen {
	var total int64
	for _, it := range items {
		total += it.bytes
	}
	var out []chosen
	for _, it := range items {
		why := ""
		switch {
		case !it.mayGo:
		case now.Sub(it.modified) > p.MaxAge:
			why = "last written " + it.modified.Format(time.DateOnly)
		case p.MaxBytes > 0 && total > p.MaxBytes:
			why = "the folder has too much"
		}
		if why != "" {
			total -= it.bytes
			out = append(out, chosen{it, why})
		}
	}
	return out
}

// openFiles are the files that processes have open, as far as this user may
// know and the system tells.
func openFiles() []string {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is well formed
	paths := []string{}
	for _, link := range links {
		if path, err := os.Readlink(link); err == nil && filepath.IsAbs(path) {
			paths = append(paths, path)
		}
	}
	return paths
}
