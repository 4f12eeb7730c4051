// Package clean removes files that the programs no longer need: old rotated logs
// and histories, and leftovers of programs that were killed.
//
// A [Place] is a folder with the names of removable files. Nothing else is ever
// touched: no other names, live logs, symbolic links or their targets, no files
// that a process has open, and in shared folders no files of other users.
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
	"time"

	"voiceflow/internal/openfile"
)

// Place is a folder and the rules for removing files in it.
type Place struct {
	Folder  string
	Names   func(name string) bool // reports whether a file may be removed
	Live    func(name string) bool // reports whether a file counts towards MaxBytes but stays; nil: none
	Folders bool                   // remove folders with everything in them instead of files

	MaxAge   time.Duration // maximum time since the last write
	MaxBytes int64         // maximum total size; the oldest files are removed first. 0: no limit
}

// Removed is a file or folder that was removed, or would be in a dry run.
type Removed struct {
	Path  string
	Bytes int64
	Why   string
}

// item is a file or folder in a place.
type item struct {
	name      string
	bytes     int64
	modified  time.Time
	removable bool
}

// Clean removes files by the rules, oldest first, and returns them; with dry it
// only returns them. A missing folder counts as empty. Files that cannot be
// removed are in the error; the others are removed all the same.
func (p Place) Clean(now time.Time, dry bool) ([]Removed, error) {
	// A root keeps every access inside the folder, even if links change meanwhile.
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
	var removed []Removed
	var failed []error
	for _, it := range p.choose(items, now) {
		if !dry {
			if err := p.remove(root, it.name); err != nil {
				failed = append(failed, fmt.Errorf("clean: %w", err))
				continue
			}
		}
		removed = append(removed, Removed{Path: filepath.Join(p.Folder, it.name), Bytes: it.bytes, Why: it.why})
	}
	return removed, errors.Join(failed...)
}

func (p Place) remove(root *os.Root, name string) error {
	if p.Folders {
		return root.RemoveAll(name)
	}
	return root.Remove(name)
}

// items returns the removable and live files, or folders, of the place, oldest
// first.
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
		removable := p.Names(e.Name())
		if !removable && (p.Live == nil || !p.Live(e.Name())) {
			continue
		}
		info, err := root.Lstat(e.Name())
		if err != nil || !p.hasType(info) || !isOurs(info, root) {
			continue // removed meanwhile, or not ours
		}
		if removable && open == nil {
			open = openFiles()
		}
		path := filepath.Join(folder, e.Name())
		removable = removable && !slices.ContainsFunc(open, func(o string) bool {
			return o == path || strings.HasPrefix(o, path+"/")
		})
		items = append(items, item{e.Name(), p.size(root, info), info.ModTime(), removable})
	}
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(a.modified.Compare(b.modified), cmp.Compare(a.name, b.name))
	})
	return items, nil
}

// hasType reports whether info is of the type that the place removes: a folder or
// a regular file.
func (p Place) hasType(info fs.FileInfo) bool {
	if p.Folders {
		return info.IsDir()
	}
	return info.Mode().IsRegular()
}

// isOurs reports whether a file belongs to this user. In a folder that only its
// owner can write to, every file does.
func isOurs(info fs.FileInfo, root *os.Root) bool {
	folder, err := root.Stat(".")
	if err != nil {
		return false
	}
	if folder.Mode()&0o022 == 0 {
		return true
	}
	owner, known := openfile.Owner(info)
	return !known || owner == os.Getuid()
}

// size returns the size of a file, or of all files in a folder, in bytes.
func (p Place) size(root *os.Root, info fs.FileInfo) int64 {
	if !info.IsDir() {
		return info.Size()
	}
	var sum int64
	_ = fs.WalkDir(root.FS(), info.Name(), func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // count unreadable folders as empty
		}
		if in, err := e.Info(); err == nil && in.Mode().IsRegular() {
			sum += in.Size()
		}
		return nil
	})
	return sum
}

// selection is an item to be removed.
type selection struct {
	item
	why string
}

// choose returns the items that are too old, and the oldest of the others until
// the total size is within the limit.
func (p Place) choose(items []item, now time.Time) []selection {
	var total int64
	for _, it := range items {
		total += it.bytes
	}
	var out []selection
	for _, it := range items {
		why := ""
		switch {
		case !it.removable:
		case now.Sub(it.modified) > p.MaxAge:
			why = "last written " + it.modified.Format(time.DateOnly)
		case p.MaxBytes > 0 && total > p.MaxBytes:
			why = "the folder exceeds its size limit"
		}
		if why != "" {
			total -= it.bytes
			out = append(out, selection{it, why})
		}
	}
	return out
}

// openFiles returns the files that processes have open, if /proc shows them to
// this user.
func openFiles() []string {
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is valid
	paths := []string{}
	for _, link := range links {
		if path, err := os.Readlink(link); err == nil && filepath.IsAbs(path) {
			paths = append(paths, path)
		}
	}
	return paths
}
