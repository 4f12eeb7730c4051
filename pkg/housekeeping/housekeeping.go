// Package housekeeping removes what the programs leave behind and nobody needs
// any more: old rotated logs and histories, files of programs that were killed.
//
// A [Place] is a folder with the names of what may go. Nothing else is ever
// touched: no other name, no live log, no symbolic link nor what it leads to,
// nothing that a process has open, and in folders that are shared nothing that
// belongs to somebody else.
package housekeeping

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/bundle"
	"voiceflow/pkg/health/replay"
	"voiceflow/pkg/modelstore"
	"voiceflow/pkg/paste"
	"voiceflow/pkg/preflight"
	"voiceflow/pkg/wayland"
	"voiceflow/pkg/wholefile"
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

const (
	// EmptyConfig is the name, as for os.CreateTemp, of a configuration file without
	// settings.
	EmptyConfig = "voiceflow-config-*.toml"

	programs = `vf-(record|vad|transcribe|paste|health)`
	// stamp is what lumberjack puts into the names of rotated files.
	stamp = `-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`
	// A day is more than any download or conversion takes between two writes.
	day = 24 * time.Hour
)

// Logs are the programs' logs: their own rotations, and logrotate's.
func Logs(folder string, age time.Duration, bytes int64) Place {
	return Place{
		Folder: folder, MaxAge: age, MaxBytes: bytes,
		Names: regexp.MustCompile(`^` + programs + `(` + stamp + `\.log|\.log\.\d{1,4}|\.log-\d{8}(-?\d{1,10})?)(\.gz)?$`).MatchString,
		Live:  regexp.MustCompile(`^` + programs + `\.log$`).MatchString,
	}
}

// History is the folder of the checks' results: what was rotated goes by age.
func History(folder string, age time.Duration) Place {
	return Place{Folder: folder, MaxAge: age, Names: regexp.MustCompile(`^[a-z][a-z0-9-]*(` + stamp + `\.jsonl|\.jsonl\.\d{1,4})(\.gz)?$`).MatchString}
}

// tempNames matches what os.CreateTemp and os.MkdirTemp make of these patterns.
func tempNames(patterns ...string) func(name string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			before, after, _ := strings.Cut(pattern, "*")
			random, isStart := strings.CutPrefix(name, before)
			random, isEnd := strings.CutSuffix(random, after)
			return isStart && isEnd && random != "" && strings.Trim(random, "0123456789") == ""
		})
	}
}

// Temporary is a folder for temporary files. Those of vf-paste may hold what was
// dictated and live for seconds, and none lives for minutes: they go after an
// hour.
func Temporary(folder string) Place {
	return Place{Folder: folder, MaxAge: time.Hour, Names: tempNames(paste.ToolFile, paste.ScreenFile, wayland.KeymapFile, EmptyConfig, preflight.TrialFile)}
}

// Unfinished is a folder of the programs' own: files that were to take the place
// of the baseline or the configuration.
func Unfinished(folder string) Place {
	current := tempNames(preflight.TrialFile, wholefile.Unfinished)
	earlier := regexp.MustCompile(`^\.(config\.[\w.-]*toml|baseline\.json)\d+$`) // versions'
	return Place{Folder: folder, MaxAge: time.Hour, Names: func(name string) bool { return current(name) || earlier.MatchString(name) }}
}

// Workshops are the folders that a check, which may take hours, works in.
func Workshops(folder string) Place {
	return Place{Folder: folder, MaxAge: day, Folders: true, Names: tempNames(replay.Workshop)}
}

// Downloads are the models that were begun and never finished.
func Downloads(folder string, age time.Duration) Place {
	return Place{Folder: folder, MaxAge: max(age, day), Names: modelstore.Unfinished}
}

// Outputs is a folder that recordings, transcripts or reports were written to:
// what has not got its name yet.
func Outputs(folder string, age time.Duration) Place {
	current := tempNames(bundle.Unfinished, wholefile.Unfinished)
	earlier := regexp.MustCompile(`.\.(txt|srt|vtt|tsv|csv|lrc|json)\.\d+\.part$`) // versions' transcripts
	return Place{Folder: folder, MaxAge: max(age, day), Names: func(name string) bool {
		return current(name) || audio.Unfinished(name) || earlier.MatchString(name)
	}}
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
