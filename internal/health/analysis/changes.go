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
	maxChanges  = 1000 // of settings; two models that take turns make many
)

// spell is a sequence of items of a program under one setting. A process that
// begins under the setting of the one before continues its spell.
type spell struct {
	setting setting
	items   []int
	before  *spell
	pid     int
}

// changes are the moments when a program's setting became another, and the ends
// of processes that should not have ended so.
func (c *Collector) changes() []Change {
	latest := map[string]*spell{} // of each program
	ofRun := map[*run]*spell{}
	var begun []*spell
	for i := range c.items {
		it := &c.items[i]
		s := it.setting()
		current := ofRun[it.run]
		if current == nil {
			current = latest[it.Program]
		}
		if current != nil {
			s.version, current.setting.version = known(s.version, current.setting.version)
		}
		if current == nil || current.setting != s {
			current = &spell{setting: s, before: current, pid: it.PID}
			begun = append(begun, current)
			latest[it.Program] = current
		}
		ofRun[it.run] = current
		current.items = append(current.items, i)
	}
	var all []Change
	for _, s := range begun[max(0, len(begun)-maxChanges):] {
		if s.before != nil {
			all = append(all, c.change(s))
		}
	}
	all = append(all, c.versions()...)
	all = append(all, c.ends()...)
	slices.SortStableFunc(all, func(a, b Change) int { return a.Time.Compare(b.Time) })
	return all
}

// known are two versions, one of which may be unknown, since the logs no longer
// have the start of its process: that is no other version.
func known(a, b string) (string, string) { return cmp.Or(a, b), cmp.Or(b, a) }

func (c *Collector) change(s *spell) Change {
	first := &c.items[s.items[0]]
	kind, what := difference(s.before.setting, s.setting)
	old := s.before.items
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

// versions are the new versions of programs that transcribe nothing.
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

// ends are those of processes that failed as a whole.
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

// silentFor is how long a process must have said nothing to be given up.
const silentFor = time.Hour

// abnormal says how a run ended if it should not have ended so, else nothing. A
// process that has announced itself says also that it stops, unless it is
// killed or crashes; one may be running still if nothing of its kind came later,
// or if Options.Alive says so.
func (c *Collector) abnormal(r *run) string {
	// One is about single items, two are how a user or a pipe ends a program.
	harmless := []int{exitcode.OK, exitcode.SomeFailed, exitcode.Interrupted, exitcode.BrokenPipe}
	switch {
	case r.stopped && !slices.Contains(harmless, r.exitCode):
		return fmt.Sprintf("ended with exit code %d", r.exitCode)
	case r.stopped || r.goesOn || !r.announced || c.to.Sub(r.last) < silentFor:
		return ""
	case c.latest[r.process] == r && c.options.Alive != nil && c.options.Alive(r.program, r.pid):
		return ""
	}
	if c.started[r.source].After(r.last) {
		return "ended without a word: killed, crashed, or the machine went off"
	}
	return ""
}
