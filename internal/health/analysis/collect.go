package analysis

import (
	"path/filepath"
	"slices"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/prose"
)

// Options of an analysis; the zero value takes everything.
type Options struct {
	Since    time.Time      // readings before it are left out; zero: none
	Until    time.Time      // and those from it on
	Location *time.Location // of the times in the report; nil: time.Local
	Limits   metrics.Limits // zero: metrics.DefaultLimits
	// GPU names a GPU of this machine that the logs' programs could use;
	// empty: none is known.
	GPU string
	// Alive tells whether a process runs; nil where that cannot be known, as
	// with the logs of another machine.
	Alive func(program string, pid int) bool
}

// Collector takes in readings. It keeps each item, so that its memory grows with
// the logs: some 400 bytes for an utterance.
type Collector struct {
	options Options

	readings int
	from, to time.Time
	runs     []*run
	latest   map[process]*run
	items    []item
	failures []time.Time
	problems map[logrecord.Event]int // by kind
	groups   map[groupKey]*ErrorGroup
	summary  Summary
	started  map[source]time.Time // the latest start of each program
	begunAs  map[process]string   // versions of those that began before Options.Since
}

// source is a program that logs to a folder; other folders may be of other
// machines.
type source struct{ folder, program string }

// process is what a line of a log calls itself; another run may have the same.
type process struct {
	source
	pid int
}

// run is a process from its start to its end.
type run struct {
	process
	version string
	announced,
	stopped,
	goesOn bool // after Options.Until
	exitCode int
	first    time.Time
	last     time.Time
	items    []int // places in Collector.items
}

// item is an utterance or a file that was transcribed.
type item struct {
	logrecord.Record
	run *run
}

// NewCollector begins empty.
func NewCollector(o Options) *Collector {
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Limits == (metrics.Limits{}) {
		o.Limits = metrics.DefaultLimits()
	}
	return &Collector{options: o, latest: map[process]*run{}, groups: map[groupKey]*ErrorGroup{}, problems: map[logrecord.Event]int{},
		started: map[source]time.Time{}, begunAs: map[process]string{}}
}

// maxExamples is how many malformed lines are named.
const maxExamples = 5

// Add takes in what a logrecord.Source gives: a reading, or an error about a line
// or a file, which is counted.
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

// earlier takes from what is left out the versions of those that go on.
func (c *Collector) earlier(r logrecord.Record) {
	switch r.Event {
	case logrecord.Started:
		c.begunAs[processOf(r)] = r.Version
	case logrecord.Stopped:
		delete(c.begunAs, processOf(r))
	}
}

// later takes from what is left out who goes on.
func (c *Collector) later(r logrecord.Record) {
	key := processOf(r)
	if r.Event == logrecord.Started {
		delete(c.latest, key) // another has its number
	} else if run := c.latest[key]; run != nil {
		run.goesOn = true
	}
}

// completeVersions gives those runs whose start the logs do not hold the version
// that their program had next, or else before: unknown is no other version.
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

// run finds the run of a reading. A start with a number that was there before is
// another one.
func (c *Collector) run(r logrecord.Record) *run {
	key := processOf(r)
	known := c.latest[key]
	if known != nil && r.Event != logrecord.Started && (!known.stopped || r.Event == logrecord.Stopped) {
		return known
	}
	known = &run{process: key, first: r.Time, version: c.begunAs[key]}
	c.latest[key] = known
	c.runs = append(c.runs, known)
	return known
}

// Readings is how many were taken in.
func (c *Collector) Readings() int { return c.readings }

// Report sums up what was taken in so far.
func (c *Collector) Report() *Report {
	// Logs of several folders, or a clock that was set back, may be out of order.
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
