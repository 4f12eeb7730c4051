package bundle

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options says where to collect from. Empty folders are skipped.
type Options struct {
	Programs     string    // folder of the five programs
	ConfigFolder string    // folder whose config*.toml files are included
	ConfigFile   string    // another configuration file in use
	Logs         string    // folder of the programs' logs
	History      string    // folder of the records of checks
	Since        time.Time // ignore older log lines; zero: include all
	Names        bool      // keep file names
	Home         string    // folder whose name becomes ~
	Environ      []string  // as returned by os.Environ
	Now          time.Time // modification time in the archive
}

// Bundle is the contents of the archive, sorted by name.
type Bundle struct {
	Entries []Entry
	made    time.Time
}

// Entry is a file in the archive.
type Entry struct {
	Name string
	What string // short description
	Data []byte
}

// Bounds, in bytes.
const (
	maxConfig  = 256 << 10
	maxLog     = 4 << 20 // per file
	maxLogs    = 20 << 20
	maxHistory = 1 << 20
)

// collector gathers the parts, with a note for anything missing.
type collector struct {
	Options
	redactor
	entries []Entry
	notes   []string
	chosen  []string // values that the user has chosen; see private
}

// Collect gathers everything, and notes in the bundle what is unavailable.
func Collect(ctx context.Context, o Options) *Bundle {
	c := &collector{Options: o, redactor: newRedactor(o.Home, o.Names)}
	c.add("system.txt", "operating system, processor, memory", system(ctx))
	settings := c.settings(ctx)
	c.chooseAll(settings)
	c.versions(ctx)
	c.answer(ctx, c.public, "devices.jsonl", "devices that vf-transcribe can use", "vf-transcribe", "devices", "--json")
	c.answer(ctx, c.preflight, "preflight.json", "whether this machine is suitable", "vf-health", c.preflightArgs()...)
	c.configuration(ctx, settings)
	c.add("environment.txt", "environment variables, without secrets",
		c.variables(slices.Sorted(slices.Values(o.Environ)), settings))
	c.configs(settings)
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

// note adds a note; its arguments must be safe.
func (c *collector) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}
