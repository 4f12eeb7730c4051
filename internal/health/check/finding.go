package check

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"voiceflow/internal/health/verdict"
)

// Finding is one problem that a check found.
type Finding struct {
	Status  verdict.Status `json:"status"`
	Suite   string         `json:"suite"`
	Check   string         `json:"check"`             // one of the constants below
	Subject string         `json:"subject,omitempty"` // recording or program concerned, if any
	What    string         `json:"what"`
	// Measured and Limit include their units; empty if there is no number.
	Measured string `json:"measured,omitempty"`
	Limit    string `json:"limit,omitempty"`
	Remedy   string `json:"remedy"`
	// Words is the recognised text, shown only in the text report: it is never
	// written to JSON or the history.
	Words string `json:"-"`
}

// Names of checks, after the problem they find.
const (
	ClippedStart  = "clipped-start" // the first word is missing or damaged, the rest is right
	FirstWord     = "first-word"    // the first word and others are wrong
	Split         = "split"         // one utterance was recognised as several
	Merged        = "merged"        // several utterances were recognised as one
	Lost          = "lost"          // an utterance is missing
	Repeated      = "repeated"      // an utterance was recognised twice
	Extra         = "extra"         // an utterance that was never spoken
	Contamination = "contamination" // words of the previous utterance appear again
	Invented      = "invented"      // text without any speech
	WordErrors    = "words"
	Speed         = "speed"
	Late          = "latency"
	Memory        = "memory"
	Leak          = "leak"
	CPU           = "cpu"
	Errors        = "error-rate"
	Decay         = "decay"
	Device        = "device"   // the CPU was used although a GPU was requested
	Degraded      = "degraded" // the recogniser fell back to the CPU or greedy search after errors
	Stopped       = "stopped"  // a program failed
	Silent        = "silent"   // a program did not respond, and the check ended early
	Accepted      = "accepted" // a damaged file was not refused
	Panic         = "panic"    // a program crashed
	DiskFree      = "disk-free"
	DiskFull      = "disk-full"
	Unwritable    = "unwritable" // a folder cannot be written to
	Regression    = "regression"
	NoBaseline    = "no-baseline"   // nothing to compare with
	NotJudged     = "not-judged"    // an error ended the suite after a critical finding
	Configuration = "configuration" // the configuration has mistakes; also the name of its suite
)

// remedies maps each check to its remedy.
var remedies = map[string]string{
	ClippedStart: "raise vf-vad --pre-roll; make sure vf-record starts before you speak (vf-record --cue print)",
	FirstWord:    "listen to the recording; a larger model (vf-transcribe models list) makes fewer errors",
	Split:        "raise vf-vad --min-silence, or lower its --threshold",
	Merged:       "lower vf-vad --min-silence, or raise its --threshold",
	Lost:         "lower vf-vad --threshold or --min-speech; check the vf-transcribe log for errors",
	Repeated:     "update the programs; report it with vf-health bundle",
	Extra:        "raise vf-vad --threshold or --min-speech",
	Contamination: "try vf-transcribe --refresh-every 1, which restarts the recogniser after each utterance; " +
		"report it with vf-health bundle",
	Invented: "raise vf-vad --threshold, or lower vf-transcribe --no-speech-threshold to no less than 0.4",
	WordErrors: "choose a larger model or --profile accuracy; check --language: " +
		"the recordings that come with the programs are in English",
	Speed:    "choose a smaller model or --profile speed; stop other programs; look for a GPU with vf-transcribe devices",
	Late:     "choose a smaller model or --profile speed; lower vf-vad --min-silence",
	Memory:   "lower vf-transcribe --refresh-every; restart it daily",
	Leak:     "restart the program daily until it is fixed; report it with vf-health bundle",
	CPU:      "choose a smaller model; set vf-transcribe --cpu-limit; look for a GPU with vf-transcribe devices",
	Errors:   "run vf-transcribe --log-level verbose and read its messages",
	Decay:    "lower vf-transcribe --refresh-every; check whether the machine overheats or runs short of memory",
	Device:   "run vf-transcribe devices, and check that the GPU driver is loaded",
	Degraded: "check the vf-transcribe log for errors; restart it",
	Stopped:  "run the program alone with the same file and read its messages",
	Silent: "run the program alone with the same file; " +
		"if the GPU driver hangs, restart the machine or use --device cpu; if the machine is just slow, raise --patience",
	Accepted:   "update vf-record",
	Panic:      "report it with vf-health bundle",
	DiskFree:   "delete old logs and recordings (vf-health clean), or move them with --state and TMPDIR",
	DiskFull:   "free some space, or choose other folders with --state and TMPDIR",
	Unwritable: "choose a writable folder with --state",
	Regression: "check what else is running, whether the machine is throttled and what was updated; " +
		"if the change is intended, run --baseline save",
	NoBaseline:    "create one with --baseline save while the machine is healthy",
	NotJudged:     "fix the critical findings and check again",
	Configuration: "fix the file; vf-health config validate checks it",
}

// Measure is a measured value.
type Measure struct {
	Suite   string  `json:"suite"`
	Name    string  `json:"name"`
	Subject string  `json:"subject,omitempty"`
	Value   float64 `json:"value"`
	Unit    Unit    `json:"unit"`
	// Limit judges the value; nil: for information only.
	Limit *Threshold `json:"limit,omitempty"`
}

// Case is something that was judged, whatever the verdict: a recording or a
// measure.
type Case struct {
	Suite, Name string
	Took        time.Duration
}

// Table is shown in the text report only.
type Table struct {
	Title string
	Rows  [][]string // the first is the heading
}

// Report is the outcome of a check.
type Report struct {
	Time    time.Time      `json:"time"`
	Version string         `json:"version"`
	Suites  []string       `json:"suites"`
	Model   string         `json:"model,omitempty"`
	Device  string         `json:"device,omitempty"`
	Status  verdict.Status `json:"status"`
	Seconds float64        `json:"seconds"` // duration of the check
	Summary string         `json:"summary"` // does not include the findings
	// Busy reports whether times beyond their limits were excused because other
	// programs kept the processors busy.
	Busy     bool      `json:"busy,omitempty"`
	Findings []Finding `json:"findings"`
	Measures []Measure `json:"measures"`
	Cases    []Case    `json:"-"`
	Tables   []Table   `json:"-"`
}

// Add appends a finding, with the remedy for its check unless it has one.
func (r *Report) Add(f Finding) {
	if f.Remedy == "" {
		f.Remedy = remedies[f.Check]
	}
	r.Status = max(r.Status, f.Status)
	r.Findings = append(r.Findings, f)
}

// judge adds a measure to the report, and a finding if it is beyond its limit.
// The format what has one %s for the value. NaN and infinities, which mean that
// nothing could be measured, are ignored.
func (r *Report) judge(m Measure, check, what string) {
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		return
	}
	r.Measures = append(r.Measures, m)
	if m.Limit == nil {
		return
	}
	if m.Subject == "" {
		r.Cases = append(r.Cases, Case{Suite: m.Suite, Name: m.Name})
	}
	if s := m.Limit.Judge(m.Value); s != verdict.OK {
		limit := m.Limit.Warning
		if s == verdict.Critical {
			limit = m.Limit.Critical
		}
		value := Show(m.Value, m.Unit)
		r.Add(Finding{
			Status: s, Suite: m.Suite, Check: check, Subject: m.Subject, What: fmt.Sprintf(what, value),
			Measured: value, Limit: Show(limit, m.Unit),
		})
	}
}

// judgeExcused is judge for a time that other programs may have lengthened;
// undisturbed is its value without them. A busy machine is not the fault of these
// programs, so the better verdict counts.
func (r *Report) judgeExcused(m Measure, undisturbed float64, check, what string) {
	excused := m
	excused.Value = undisturbed
	if m.Limit.Judge(undisturbed) < m.Limit.Judge(m.Value) {
		r.Busy = true
	} else {
		excused.Value = m.Value
	}
	r.judge(excused, check, what)
	r.Measures[len(r.Measures)-1] = m
}

// Verdict returns the findings about a subject of a suite and their worst status.
func (r *Report) Verdict(suite, subject string) (verdict.Status, []Finding) {
	worst, about := verdict.OK, []Finding(nil)
	for _, f := range r.Findings {
		if f.Suite == suite && f.Subject == subject {
			worst = max(worst, f.Status)
			about = append(about, f)
		}
	}
	return worst, about
}

// Worst returns the findings sorted by status, critical first.
func (r *Report) Worst() []Finding {
	sorted := slices.Clone(r.Findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return cmp.Compare(b.Status, a.Status) })
	return sorted
}

// Show formats a value with its unit, to about three digits.
func Show(v float64, u Unit) string {
	digits := 2
	switch {
	case v >= 100 || v <= -100:
		digits = 0
	case v >= 10 || u == Percent:
		digits = 1
	}
	s := fmt.Sprintf("%.*f", digits, v)
	if u != Factor {
		s += " " + string(u)
	}
	return s
}
