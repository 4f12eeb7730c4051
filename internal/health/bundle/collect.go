package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/logrecord"
)

// Options say where things are. Empty places are left out.
type Options struct {
	Programs     string    // folder of the five programs
	ConfigFolder string    // whose config*.toml are taken
	ConfigFile   string    // another configuration that is in use
	Logs         string    // folder of the programs' logs
	History      string    // folder of the records of checks
	Since        time.Time // of lines of the logs; zero: all
	Names        bool      // keep the names of files
	Home         string    // folder whose name becomes ~
	Environ      []string  // as os.Environ gives it
	Now          time.Time // of the archive
}

// Bundle is what goes into the archive, in the order of its names.
type Bundle struct {
	Entries []Entry
	made    time.Time
}

// Entry is a file of the archive.
type Entry struct {
	Name string
	What string // in a few words
	Data []byte
}

// Bounds, in bytes.
const (
	maxConfig  = 256 << 10
	maxLog     = 4 << 20 // of each
	maxLogs    = 20 << 20
	maxHistory = 1 << 20
)

// collector gathers the parts; what is missing becomes a note.
type collector struct {
	Options
	redactor
	entries []Entry
	notes   []string
}

// Collect gathers everything. What cannot be had is noted in the bundle.
func Collect(ctx context.Context, o Options) *Bundle {
	c := &collector{Options: o, redactor: newRedactor(o.Home, o.Names)}
	c.add("system.txt", "operating system, processor, memory", system(ctx))
	c.versions(ctx)
	c.answer(ctx, c.text, "devices.jsonl", "what vf-transcribe can compute on", "vf-transcribe", "devices", "--json")
	c.answer(ctx, c.preflight, "preflight.json", "whether this machine is fit", "vf-health", c.preflightArgs()...)
	known := c.settings(ctx)
	c.configuration(ctx, known)
	c.add("environment.txt", "settings of the environment, secrets removed", c.variables(slices.Sorted(slices.Values(o.Environ)), known))
	c.configs(known)
	c.logs()
	c.history()
	if len(c.notes) > 0 {
		c.add("notes.txt", "what is missing, and why", []byte(strings.Join(c.notes, "\n")+"\n"))
	}
	b := &Bundle{Entries: c.entries, made: o.Now}
	slices.SortFunc(b.Entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	return b
}

func (c *collector) add(name, what string, data []byte) {
	c.entries = append(c.entries, Entry{name, what, data})
}

// note adds a sentence of our own; what is put into it must be safe.
func (c *collector) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// configs are the configuration files; broken ones, too.
func (c *collector) configs(known known) {
	paths := c.matching(c.ConfigFolder, "configuration", anyConfig)
	taken := map[string]bool{}
	if c.ConfigFile != "" && !slices.Contains(paths, c.ConfigFile) {
		paths = append(paths, c.ConfigFile)
	}
	if len(paths) == 0 {
		c.note("no configuration file")
	}
	for i, path := range paths {
		data, err := readUpTo(path, maxConfig)
		if err != nil {
			c.note("configuration: %s", c.reason(err))
			continue
		}
		name := filepath.Base(path)
		if !configName.MatchString(name) || taken[name] {
			name = fmt.Sprintf("other-%d.toml", i+1)
		}
		taken[name] = true
		c.add("config/"+name, "configuration, secrets, comments and unknown keys' values removed", c.config(data, known))
	}
}

var (
	configName  = regexp.MustCompile(`^config[A-Za-z0-9_.-]*\.toml$`)
	anyConfig   = regexp.MustCompile(`^config.*\.toml$`)
	logName     = regexp.MustCompile(`^vf-[a-z]+[0-9T.-]*\.log(\.[0-9]{1,4})?$`)
	historyName = regexp.MustCompile(`^[a-z]+\.jsonl(\.[0-9]+)?$`)
	anyHistory  = regexp.MustCompile(`\.jsonl`)
)

// readUpTo reads a file that is no longer than most bytes.
func readUpTo(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = ownError(fmt.Sprintf("a file is larger than %d bytes", most))
	}
	return data, err
}

// logs are the programs' logs, the newest first as long as there is room.
func (c *collector) logs() {
	room := maxLogs
	for _, path := range c.newest(c.Logs, "logs", logrecord.Names()) {
		name := filepath.Base(path)
		if !logName.MatchString(name) {
			name = c.file(name)
		}
		if room <= 0 {
			c.note("logs older than %s are left out for their size", name)
			return
		}
		out, err := c.lines(path, logFields(), c.Since, min(maxLog, room))
		if err != nil {
			c.note("log: %s: %s", name, c.reason(err))
			continue
		}
		c.noteLines(name, out)
		if out.passed > 0 {
			room -= len(out.data)
			c.add("logs/"+name, fmt.Sprintf("%d lines of a log, known fields only", out.passed), out.data)
		}
	}
}

func (c *collector) noteLines(name string, out linesFile) {
	for _, n := range []struct {
		count int
		what  string
	}{{out.old, "lines are older than asked for"}, {out.foreign, "lines are not of a known form, and left out"},
		{out.tooMany, "lines, the oldest, are left out for their size"}} {
		if n.count > 0 {
			c.notes = append(c.notes, fmt.Sprintf("%s: %d %s", name, n.count, n.what))
		}
	}
}

// history is the newest record of checks, with one that was rotated if there.
func (c *collector) history() {
	for i, path := range c.newest(c.History, "records of checks", anyHistory) {
		if i == 2 {
			return
		}
		out, err := c.lines(path, checkFields(), time.Time{}, maxHistory)
		if err != nil {
			c.note("record of checks: %s", c.reason(err))
			continue
		}
		name := filepath.Base(path)
		if !historyName.MatchString(name) {
			name = c.file(name)
		}
		c.noteLines(name, out)
		if out.passed > 0 {
			c.add("history/"+name, fmt.Sprintf("%d checks, known fields only", out.passed), out.data)
		}
	}
}

// matching are the files in a folder whose names are of a form. A folder that is
// not there has none.
func (c *collector) matching(folder, what string, names *regexp.Regexp) (paths []string) {
	if folder == "" {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.note("%s: %s", what, c.reason(err))
	}
	for _, e := range entries {
		if names.MatchString(e.Name()) {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths
}

// newest are the files in a folder that match, the youngest first.
func (c *collector) newest(folder, what string, names *regexp.Regexp) []string {
	type file struct {
		path string
		time time.Time
	}
	var files []file
	for _, path := range c.matching(folder, what, names) {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist): // rotated since
		case err != nil:
			c.note("%s: %s", what, c.reason(err))
		case info.Mode().IsRegular():
			files = append(files, file{path, info.ModTime()})
		}
	}
	if len(files) == 0 {
		c.note("no %s", what)
	}
	slices.SortStableFunc(files, func(a, b file) int { return b.time.Compare(a.time) })
	var sorted []string
	for _, f := range files {
		sorted = append(sorted, f.path)
	}
	return sorted
}
