package check

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"voiceflow/internal/health/verdict"
)

// Finding is something that is wrong.
type Finding struct {
	Status  verdict.Status `json:"status"`
	Suite   string         `json:"suite"`
	Check   string         `json:"check"`             // its name, one of the constants
	Subject string         `json:"subject,omitempty"` // the recording or program, if it is about one
	What    string         `json:"what"`
	// Measured and Limit are with their units; empty where there is no number.
	Measured string `json:"measured,omitempty"`
	Limit    string `json:"limit,omitempty"`
	Remedy   string `json:"remedy"`
	// Words are what was recognised, for the person who asked. They are in no
	// document and in no history.
	Words string `json:"-"`
}

// The checks, by what they find.
const (
	ClippedStart  = "clipped-start" // the first words are missing or damaged, the rest is right
	FirstWord     = "first-word"    // the first word is wrong, and so are others
	Split         = "split"         // one utterance came out as several
	Merged        = "merged"        // several came out as one
	Lost          = "lost"          // one did not come out
	Repeated      = "repeated"      // one came out twice
	Extra         = "extra"         // one came out that nobody said
	Contamination = "contamination" // words of the utterance before came out again
	Invented      = "invented"      // text where nobody speaks
	WordErrors    = "words"
	Speed         = "speed"
	Late          = "latency"
	Memory        = "memory"
	Leak          = "leak"
	CPU           = "cpu"
	Errors        = "error-rate"
	Decay         = "decay"
	Device        = "device"   // the CPU was used where a GPU was asked for
	Degraded      = "degraded" // the recogniser gave something up after errors
	Stopped       = "stopped"  // a program failed
	Silent        = "silent"   // a program gave no answer, and the check was broken off
	Accepted      = "accepted" // a file that is none was not refused
	Panic         = "panic"    // a program fell over
	DiskFree      = "disk-free"
	DiskFull      = "disk-full"
	Unwritable    = "unwritable" // the state folder
	Regression    = "regression"
	NoBaseline    = "no-baseline"   // to compare with
	NotJudged     = "not-judged"    // by an error, beside what is critical already
	Configuration = "configuration" // not used as it stands; the name of its suite, too
)

// remedies say what to do about a finding.
var remedies = map[string]string{
	ClippedStart:  "raise vf-vad --pre-roll; look whether vf-record begins before you speak (vf-record --cue print)",
	FirstWord:     "listen to the recording; a larger model (vf-transcribe models list) makes fewer errors",
	Split:         "raise vf-vad --min-silence, or lower its --threshold",
	Merged:        "lower vf-vad --min-silence, or raise its --threshold",
	Lost:          "lower vf-vad --threshold or --min-speech; look for errors in the log of vf-transcribe",
	Repeated:      "update the programs; report it with vf-health bundle",
	Extra:         "raise vf-vad --threshold or --min-speech",
	Contamination: "vf-transcribe --refresh-every 1 starts afresh for each utterance; report it with vf-health bundle",
	Invented:      "raise vf-vad --threshold, or vf-transcribe --no-speech-threshold down to 0.4",
	WordErrors:    "choose a larger model or --profile accuracy; check --language: the recordings that come with the programs are English",
	Speed:         "choose a smaller model or --profile speed; stop other programs; see vf-transcribe devices for a GPU",
	Late:          "choose a smaller model or --profile speed; lower vf-vad --min-silence",
	Memory:        "set vf-transcribe --refresh-every lower; restart it daily",
	Leak:          "restart the program daily until it is fixed; report it with vf-health bundle",
	CPU:           "choose a smaller model; set vf-transcribe --cpu-limit; see vf-transcribe devices for a GPU",
	Errors:        "run vf-transcribe --log-level verbose and read what it says",
	Decay:         "set vf-transcribe --refresh-every lower; see whether the machine grows hot or short of memory",
	Device:        "see vf-transcribe devices, and whether the GPU's driver is loaded",
	Degraded:      "look for errors in the log of vf-transcribe; restart it",
	Stopped:       "run the program alone, with the same file, and read what it says",
	Silent:        "run the program alone, with the same file; a GPU whose driver hangs needs the machine restarted, --device cpu goes without; a machine that is only slow needs more --patience",
	Accepted:      "update vf-record",
	Panic:         "report it with vf-health bundle",
	DiskFree:      "delete old logs and recordings (vf-health clean), or move them with --state and TMPDIR",
	DiskFull:      "free some space, or name other folders with --state and TMPDIR",
	Unwritable:    "name a folder that can be written with --state",
	Regression:    "see what else runs, whether the machine is throttled and what was updated; if it is to stay so, --baseline save",
	NoBaseline:    "make one with --baseline save, while all is well",
	NotJudged:     "mend what is critical, and check again",
	Configuration: "mend the file; vf-health config validate tests it",
}

// Measure is a value that was measured.
type Measure struct {
	Suite   string  `json:"suite"`
	Name    string  `json:"name"`
	Subject string  `json:"subject,omitempty"`
	Value   float64 `json:"value"`
	Unit    Unit    `json:"unit"`
	// Limit judges it; nil: it is for information.
	Limit *Threshold `json:"limit,omitempty"`
}

// Case is something that was judged, whatever the outcome: a recording or a
// measure.
type Case struct {
	Suite, Name string
	Took        time.Duration
}

// Table is for people to read.
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
	Seconds float64        `json:"seconds"` // that the check took
	Summary string         `json:"summary"` // without the findings
	// Busy says that times beyond their limits were excused, because other
	// programs kept the processors busy.
	Busy     bool      `json:"busy,omitempty"`
	Findings []Finding `json:"findings"`
	Measures []Measure `json:"measures"`
	Cases    []Case    `json:"-"`
	Tables   []Table   `json:"-"`
}

// Add puts a finding into the report, with the remedy for its kind.
func (r *Report) Add(f Finding) {
	if f.Remedy == "" {
		f.Remedy = remedies[f.Check]
	}
	r.Status = max(r.Status, f.Status)
	r.Findings = append(r.Findings, f)
}

// judge puts a measure into the report, and a finding if it is beyond its
// limit. What is a format with one %s for the value.
func (r *Report) judge(m Measure, check, what string) {
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		return // nothing was there to be measured
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

// judgeExcused is judge for a measure of time, with what it would have been had
// other programs left the processors alone: that the machine was busy is no
// finding about these programs.
func (r *Report) judgeExcused(m Measure, alone float64, check, what string) {
	excused := m
	excused.Value = alone
	if m.Limit.Judge(alone) < m.Limit.Judge(m.Value) {
		r.Busy = true
	} else {
		excused.Value = m.Value
	}
	r.judge(excused, check, what)
	r.Measures[len(r.Measures)-1] = m
}

// Verdict is the worst status of the findings about a subject of a suite.
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

// Worst lists the findings, the critical ones first.
func (r *Report) Worst() []Finding {
	sorted := slices.Clone(r.Findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return cmp.Compare(b.Status, a.Status) })
	return sorted
}

// Show writes a value with its unit, to three digits or so.
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
