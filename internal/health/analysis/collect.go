package analysis

import (
	"path/filepath"
	"slices"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/prose"
)

// Options configures an analysis; the zero value covers everything.
type Options struct {
	Since    time.Time      // ignore earlier readings; zero: no bound
	Until    time.Time      // ignore readings from this time on; zero: no bound
	Location *time.Location // of the times in the report; nil: time.Local
	Limits   metrics.Limits // zero: metrics.DefaultLimits
	// GPU names a GPU of this machine that the logging programs could use; empty if
	// there is none or it is unknown.
	GPU string
	// Alive reports whether a process is running; nil if that cannot be determined,
	// as for logs of another machine.
	Alive func(program string, pid int) bool
}

// Collector collects readings. It keeps every item, so its memory use grows with
// the logs: about 400 bytes per utterance.
type Collector struct {
	options Options

	readings int
	from, to time.Time
	runs     []*run
	latest   map[process]*run
	items    []item
	failures []time.Time
	problems map[logrecord.Event]int // count by kind
	groups   map[groupKey]*ErrorGroup
	summary  Summary
	started  map[source]time.Time // the latest start of each program
	begunAs  map[process]string   // versions of processes started before Options.Since
}

// source is a program logging to a folder; other folders may come from other
// machines.
type source struct{ folder, program string }

// process identifies the process that logged a line. A later run may reuse the
// same PID.
type process struct {
	source
	pid int
}

// run is a process from its start to its end.
type run struct {
	process
	version    string
	announced, // its start is in the logs
	stopped,
	continues bool // after Options.Until
	exitCode int
	first    time.Time
	last     time.Time
	items    []int // indexes into Collector.items
}

// item is a transcribed utterance or file.
type item struct {
	logrecord.Record
	run *run
}

// NewCollector returns an empty Collector.
func NewCollector(o Options) *Collector {
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Limits == (metrics.Limits{}) {
		o.Limits = metrics.DefaultLimits()
	}
	return &Collector{
		options: o, latest: map[process]*run{}, groups: map[groupKey]*ErrorGroup{},
		problems: map[logrecord.Event]int{}, started: map[source]time.Time{}, begunAs: map[process]string{},
	}
}

// maxExamples is how many malformed lines are listed.
const maxExamples = 5

// Add adds what a logrecord.Source yields: a reading, or an error about a line or
// a file, which is counted.
func (c *Collector) Add(r logrecord.Record, err error) {
	if err != nil {
		c.summary.Malformed++
		if len(c.summary.MalformedExamples) < maxExamples {
			c.summary.MalformedExamples = append(c.summary.MalformedExamples, prose.Line(err.Error()))
		}
		return
	}
	switch {
	case r.Time.Before(c.options.Since):
		c.earlier(r)
		return
	case !c.options.Until.IsZero() && !r.Time.Before(c.options.Until):
		c.later(r)
		return
	}
	r.Time = r.Time.In(c.options.Location)
	if c.readings == 0 || r.Time.Before(c.from) {
		c.from = r.Time
	}
	if r.Time.After(c.to) {
		c.to = r.Time
	}
	c.readings++
	run := c.run(r)
	run.last = r.Time
	switch r.Event {
	case logrecord.Started:
		run.announced, run.version = true, r.Version
		if r.Time.After(c.started[run.source]) {
			c.started[run.source] = r.Time
		}
	case logrecord.Stopped:
		run.stopped, run.exitCode = true, r.ExitCode
	case logrecord.Utterance:
		c.addItem(r, run)
	case logrecord.Delivery:
		c.summary.Deliveries++
		if r.Method == "" {
			c.summary.Kept++
		}
	case logrecord.Failure:
		c.failures = append(c.failures, r.Time)
		c.group(r)
	case logrecord.Problem:
		c.summary.Problems++
		c.problems[r.Kind]++
		c.group(r)
	}
}

func (c *Collector) addItem(r logrecord.Record, run *run) {
	r.Message, r.Level = "", ""
	if r.File != "" {
		r.File = filepath.Base(r.File)
	}
	run.items = append(run.items, len(c.items))
	c.items = append(c.items, item{r, run})
}

func processOf(r logrecord.Record) process { return process{source{r.Folder, r.Program}, r.PID} }

// earlier records, from a reading before Options.Since, the version of a process
// that is still running then.
func (c *Collector) earlier(r logrecord.Record) {
	switch r.Event {
	case logrecord.Started:
		c.begunAs[processOf(r)] = r.Version
	case logrecord.Stopped:
		delete(c.begunAs, processOf(r))
	}
}

// later records, from a reading after Options.Until, that its run continues.
func (c *Collector) later(r logrecord.Record) {
	key := processOf(r)
	if r.Event == logrecord.Started {
		delete(c.latest, key) // a new run with the same PID
	} else if run := c.latest[key]; run != nil {
		run.continues = true
	}
}

// completeVersions fills in the version of runs whose start is not in the logs:
// the program's next known version, or else the previous one. An unknown version
// must not look like a change.
func (c *Collector) completeVersions() {
	near := map[string]string{}
	complete := func(r *run) {
		if r.version == "" {
			r.version = near[r.program]
		}
		near[r.program] = r.version
	}
	for _, r := range slices.Backward(c.runs) {
		complete(r)
	}
	for _, r := range c.runs {
		complete(r)
	}
}

// run returns the run that a reading belongs to. A start with a PID seen before
// begins a new run.
func (c *Collector) run(r logrecord.Record) *run {
	key := processOf(r)
	latest := c.latest[key]
	if latest != nil && r.Event != logrecord.Started && (!latest.stopped || r.Event == logrecord.Stopped) {
		return latest
	}
	latest = &run{process: key, first: r.Time, version: c.begunAs[key]}
	c.latest[key] = latest
	c.runs = append(c.runs, latest)
	return latest
}

// Readings returns the number of readings added.
func (c *Collector) Readings() int { return c.readings }

// Report summarises everything added so far.
func (c *Collector) Report() *Report {
	// With logs from several folders, or a clock that was set back, items may be out
	// of order.
	if !slices.IsSortedFunc(c.items, byTime) {
		slices.SortStableFunc(c.items, byTime)
		for _, r := range c.runs {
			r.items = nil
		}
		for i, it := range c.items {
			it.run.items = append(it.run.items, i)
		}
	}
	c.completeVersions()
	r := &Report{Made: time.Now().In(c.options.Location)}
	r.Summary = c.summarise()
	r.Percentiles = c.percentiles()
	r.Trends = c.trends()
	r.Decay = c.decay()
	r.Errors = c.errorGroups()
	r.Slowest, r.SlowestFiles = c.slowest()
	r.Refreshes = c.refreshes()
	r.Changes = c.changes()
	r.Series = c.series()
	r.Recommendations = c.recommend(r)
	r.Summary.Refreshes, r.Summary.ItemsPerRefresh = r.Refreshes.Count, r.Refreshes.ItemsPerRefresh
	return r
}

func byTime(a, b item) int { return a.Time.Compare(b.Time) }
