package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/stats"
)

const (
	maxCompared = 200  // items on each side of a change
	maxChanges  = 1000 // changes of settings; two alternating models cause many
)

// spell is a sequence of a program's items under one setting. A process that
// starts with the setting of the previous process continues its spell.
type spell struct {
	setting  setting
	items    []int
	previous *spell
	pid      int
}

// changes returns the times at which a program's setting changed, and the
// abnormal ends of processes.
func (c *Collector) changes() []Change {
	latest := map[string]*spell{} // by program
	byRun := map[*run]*spell{}
	var spells []*spell
	for i := range c.items {
		it := &c.items[i]
		s := it.setting()
		current := byRun[it.run]
		if current == nil {
			current = latest[it.Program]
		}
		if current != nil {
			s.version, current.setting.version = fillVersions(s.version, current.setting.version)
		}
		if current == nil || current.setting != s {
			current = &spell{setting: s, previous: current, pid: it.PID}
			spells = append(spells, current)
			latest[it.Program] = current
		}
		byRun[it.run] = current
		current.items = append(current.items, i)
	}
	var all []Change
	for _, s := range spells[max(0, len(spells)-maxChanges):] {
		if s.previous != nil {
			all = append(all, c.change(s))
		}
	}
	all = append(all, c.versions()...)
	all = append(all, c.ends()...)
	slices.SortStableFunc(all, func(a, b Change) int { return a.Time.Compare(b.Time) })
	return all
}

// fillVersions replaces an unknown (empty) version by the other one. A version is
// unknown if the logs no longer hold the start of its process, which is not a
// change of version.
func fillVersions(a, b string) (string, string) { return cmp.Or(a, b), cmp.Or(b, a) }

func (c *Collector) change(s *spell) Change {
	first := &c.items[s.items[0]]
	kind, what := difference(s.previous.setting, s.setting)
	old := s.previous.items
	n, _ := slices.BinarySearch(old, s.items[0])
	return Change{Time: first.Time, Program: first.Program, PID: s.pid, Kind: kind, What: what,
		Before: c.figures(old[max(0, n-maxCompared):n]), After: c.figures(s.items[:min(maxCompared, len(s.items))])}
}

func difference(a, b setting) (kind, what string) {
	add := func(k, text string) {
		kind = cmp.Or(kind, k)
		if what != "" {
			what += ", "
		}
		what += text
	}
	for _, f := range []struct{ kind, a, b string }{
		{"version", a.version, b.version}, {"model", a.model, b.model}, {"device", a.device, b.device},
	} {
		if f.a != f.b {
			add(f.kind, fmt.Sprintf("%s %s -> %s", f.kind, cmp.Or(f.a, "unknown"), cmp.Or(f.b, "unknown")))
		}
	}
	switch {
	case a.degraded == b.degraded:
	case b.degraded == "":
		add("degraded", "no longer degraded")
	default:
		add("degraded", "degraded: "+b.degraded)
	}
	return kind, what
}

func (c *Collector) figures(places []int) Figures {
	return Figures{N: len(places), Speed: stats.Median(c.values(places, speed)),
		Processing: stats.Median(c.values(places, processing)), Latency: stats.Median(c.values(places, latency))}
}

// versions returns the version changes of programs that do not transcribe.
func (c *Collector) versions() []Change {
	last := map[string]string{}
	var all []Change
	for _, r := range c.runs {
		if r.version == "" || len(r.items) > 0 {
			continue
		}
		if old := last[r.program]; old != "" && old != r.version && !c.transcribes(r.program) {
			all = append(all, Change{Time: r.first, Program: r.program, PID: r.pid, Kind: "version",
				What: fmt.Sprintf("version %s -> %s", old, r.version)})
		}
		last[r.program] = r.version
	}
	return all
}

func (c *Collector) transcribes(program string) bool {
	return slices.ContainsFunc(c.runs, func(r *run) bool { return r.program == program && len(r.items) > 0 })
}

// ends returns the abnormal ends of processes.
func (c *Collector) ends() []Change {
	var all []Change
	for _, r := range c.runs {
		if why := c.abnormal(r); why != "" {
			all = append(all, Change{Time: r.last, Program: r.program, PID: r.pid, Kind: "end", What: why,
				Before: c.figures(r.items[max(0, len(r.items)-maxCompared):])})
		}
	}
	return all
}

// silentFor is how long a process must have logged nothing before it counts as dead.
const silentFor = time.Hour

// abnormal describes how a run ended if it ended abnormally; otherwise it is
// empty. A process that logged its start also logs its stop, unless it is killed
// or crashes. It may still be running if its program has not started again since,
// or if Options.Alive says so.
func (c *Collector) abnormal(r *run) string {
	// SomeFailed is about single items; the last two are how a user or a pipe ends
	// a program.
	harmless := []int{exitcode.OK, exitcode.SomeFailed, exitcode.Interrupted, exitcode.BrokenPipe}
	switch {
	case r.stopped && !slices.Contains(harmless, r.exitCode):
		return fmt.Sprintf("ended with exit code %d", r.exitCode)
	case r.stopped || r.continues || !r.announced || c.to.Sub(r.last) < silentFor:
		return ""
	case c.latest[r.process] == r && c.options.Alive != nil && c.options.Alive(r.program, r.pid):
		return ""
	}
	if c.started[r.source].After(r.last) {
		return "ended without logging a stop: it was killed or crashed, or the machine was switched off"
	}
	return ""
}
