package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"voiceflow/internal/logrecord"
	"voiceflow/internal/openfile"
	"voiceflow/internal/prose"
)

// configs adds the configuration files, including broken ones.
func (c *collector) configs(settings knownSettings) {
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
		if !knownConfig(name) || taken[name] {
			name = fmt.Sprintf("other-%d.toml", i+1)
		}
		taken[name] = true
		c.add("config/"+name, "configuration, without secrets, comments and values of unknown keys",
			c.config(data, settings))
	}
}

var (
	configName  = regexp.MustCompile(`^config(?:\.([A-Za-z0-9_-]+))?\.toml$`)
	anyConfig   = regexp.MustCompile(`^config.*\.toml$`)
	logName     = regexp.MustCompile(`^vf-(?:record|vad|transcribe|paste|health)[0-9T.-]*\.log(\.[0-9]{1,4})?$`)
	historyName = regexp.MustCompile(`^checks\.jsonl(\.[0-9]+)?$`)
	anyHistory  = regexp.MustCompile(`\.jsonl`)
)

// knownConfig reports whether a configuration file has a usual name.
func knownConfig(name string) bool {
	parts := configName.FindStringSubmatch(name)
	return parts != nil && (parts[1] == "" || variants()[parts[1]])
}

// readUpTo reads a file of at most the given number of bytes.
func readUpTo(path string, most int64) ([]byte, error) {
	f, err := openfile.Regular(path)
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

// logs adds the programs' logs, newest first, until maxLogs is reached.
func (c *collector) logs() {
	room := maxLogs
	for _, path := range c.newest(c.Logs, "logs", logrecord.Names()) {
		name := filepath.Base(path)
		if !logName.MatchString(name) {
			name = c.file(name)
		}
		if room <= 0 {
			c.note("logs older than %s are left out to limit the size", name)
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
			c.add("logs/"+name, fmt.Sprintf("%d log lines, known fields only", out.passed), out.data)
		}
	}
}

func (c *collector) noteLines(name string, out linesFile) {
	for _, n := range []struct {
		count int
		why   string
	}{
		{out.old, "older than requested"},
		{out.foreign, "not in a known format"},
		{out.tooMany, "the oldest, to limit the size"},
	} {
		if n.count > 0 {
			c.notes = append(c.notes, fmt.Sprintf("%s: %s left out: %s", name, prose.Count(n.count, "line"), n.why))
		}
	}
}

// history adds the newest record of checks, and a rotated one if there is one.
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

// matching returns the files in a folder whose names match. A missing folder has
// none.
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

// newest returns the files in a folder that match, newest first.
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
