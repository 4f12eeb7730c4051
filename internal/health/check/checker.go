package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/verdict"
	"voiceflow/pkg/event"
)

// The suites.
const (
	Timing      = "timing"
	Edge        = "edge"
	Performance = "performance"
	Environment = "environment"
	Baselines   = "baseline" // not chosen as a suite, but by --baseline
)

// Suites are those that can be chosen, in the order in which they run.
func Suites() []string { return []string{Timing, Edge, Performance, Environment} }

// Checker has what the suites need.
type Checker struct {
	Version  string // of the programs
	Pipeline replay.Pipeline
	Limits   Limits
	// Recordings are judged one by one by the suite timing, and are what the
	// baseline is of.
	Recordings []replay.Recording
	// Sentences are what the edge cases and long sessions are made of.
	Sentences  []replay.Recording
	Realtime   bool   // whether the suite timing replays in real time
	Utterances int    // of the suite performance, at least
	Temp       string // folder for sound that is made; empty: the system's
	State      string // folder of histories and baselines
	Words      io.Writer
	// Misconfigured is what the programs complain of in their configuration.
	Misconfigured []string
}

// Run runs the suites, up to one in which a program gives no answer. An error
// says that no judgement could be made.
func (c *Checker) Run(ctx context.Context, suites []string) (*Report, error) {
	began := time.Now()
	r := &Report{Time: began.UTC().Truncate(time.Second), Version: c.Version, Suites: suites, Findings: []Finding{}, Measures: []Measure{}}
	for _, what := range c.Misconfigured {
		r.Add(Finding{Status: verdict.Warning, Suite: Configuration, Check: Configuration, What: "configuration: " + strings.TrimPrefix(what, "configuration: ")})
	}
	for _, suite := range suites {
		run := map[string]func(context.Context, *Report) error{
			Timing: c.timing, Edge: c.edge, Performance: c.performance, Environment: c.environment,
		}[suite]
		if run == nil {
			return nil, fmt.Errorf("unknown suite %q; there are %s and all", suite, strings.Join(Suites(), ", "))
		}
		if err := r.outcome(suite, run(ctx, r)); err != nil {
			return nil, err
		}
		if r.brokenOff() {
			r.summarise("the check was broken off")
			break
		}
	}
	if r.Busy {
		r.summarise("the machine was busy with other programs")
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// errBrokenOff is of a replay whose finding is made, and after which no other
// would end, either.
var errBrokenOff = errors.New("broken off")

func (r *Report) brokenOff() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Check == Silent })
}

// outcome is the error of a suite. Beside something critical, which it must not
// hide, it becomes a finding.
func (r *Report) outcome(suite string, err error) error {
	switch {
	case errors.Is(err, errBrokenOff):
		return nil
	case err == nil, errors.Is(err, context.Canceled), r.Status != verdict.Critical:
		return err
	}
	r.Add(Finding{Status: verdict.Warning, Suite: suite, Check: NotJudged, What: "not judged: " + err.Error()})
	return nil
}

// temp makes a folder for sound; remove deletes it. A full disk is a finding,
// and ok is then false.
func (c *Checker) temp(r *Report, suite string, fill func(folder string) error) (remove func(), ok bool, err error) {
	folder, err := os.MkdirTemp(c.Temp, replay.Workshop)
	if err == nil {
		err = fill(folder)
	}
	remove = func() {
		if folder != "" {
			os.RemoveAll(folder)
		}
	}
	if err == nil {
		return remove, true, nil
	}
	remove()
	if f, isDisk := diskFinding(suite, err); isDisk {
		r.Add(f)
		return remove, false, nil
	}
	return remove, false, err
}

// diskFinding is the finding that an error of writing is: a full disk, which
// loses recordings and texts, or a folder that cannot be written.
func diskFinding(suite string, err error) (Finding, bool) {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Finding{Status: verdict.Critical, Suite: suite, Check: DiskFull, What: "disk full: " + err.Error()}, true
	case errors.Is(err, syscall.EROFS):
		return Finding{Status: verdict.Warning, Suite: suite, Check: Unwritable, What: "read-only: " + err.Error()}, true
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return Finding{Status: verdict.Warning, Suite: suite, Check: Unwritable, What: "not writable: " + err.Error()}, true
	}
	return Finding{}, false
}

// replayed sends a file through the pipeline and judges how it ended.
func (c *Checker) replayed(ctx context.Context, r *Report, suite string, rec replay.Recording, o replay.Options) (*replay.Heard, error) {
	heard, err := c.hear(ctx, r, suite, rec, o)
	if err != nil {
		return nil, err
	}
	return heard, judgeEnd(r, suite, rec, heard)
}

// hear sends a file through the pipeline.
func (c *Checker) hear(ctx context.Context, r *Report, suite string, rec replay.Recording, o replay.Options) (*replay.Heard, error) {
	began := time.Now()
	heard, err := c.Pipeline.Replay(ctx, rec.Path, o)
	if err == nil {
		err = ctx.Err()
	}
	silent := new(replay.SilentError)
	if err != nil && !errors.As(err, &silent) {
		return nil, fmt.Errorf("%s: %w", rec.Name, err)
	}
	r.Cases = append(r.Cases, Case{suite, rec.Name, time.Since(began)})
	if err != nil {
		r.Add(Finding{Status: verdict.Critical, Suite: suite, Check: Silent, Subject: rec.Name, What: silent.Error()})
		return nil, errBrokenOff
	}
	for _, a := range heard.Answers {
		r.Model, r.Device = a.Model, a.Device
	}
	c.judgeDevice(r, suite, rec.Name, heard.Answers)
	if program := panicked(heard); program != "" {
		r.Add(Finding{Status: verdict.Critical, Suite: suite, Check: Panic, Subject: rec.Name, What: program + " fell over"})
	}
	return heard, nil
}

// judgeEnd makes a finding of a program that failed; one that was never set up
// is an error.
func judgeEnd(r *Report, suite string, rec replay.Recording, heard *replay.Heard) error {
	var failed *replay.StageError
	if !errors.As(heard.Err(), &failed) {
		return nil
	}
	if panicked(heard) != "" {
		return nil // there is a finding already
	}
	if failed.Code == exitcode.Usage || failed.Code == exitcode.Model { // nothing can be judged
		return fmt.Errorf("%s: %w", rec.Name, failed)
	}
	r.Add(Finding{Status: verdict.Critical, Suite: suite, Check: Stopped, Subject: rec.Name, What: "stopped: " + failed.Error()})
	return nil
}

// panicked names a program that crashed.
func panicked(h *replay.Heard) string {
	for _, o := range h.Outcomes {
		if strings.Contains(o.Said, "panic: ") || strings.Contains(o.Said, "fatal error: ") || strings.Contains(o.Said, "SIGSEGV") {
			return o.Program
		}
	}
	return ""
}

// judgeDevice holds the recogniser to what was asked for. A finding is made
// once for a suite.
func (c *Checker) judgeDevice(r *Report, suite, subject string, answers []replay.Answer) {
	asked := strings.ToLower(c.Pipeline.Device)
	wantsGPU := asked != "" && asked != "auto" && asked != "cpu"
	for _, a := range answers {
		if onCPU(a.Transcript) && wantsGPU && !has(r, suite, Device) {
			r.Add(Finding{
				Status: verdict.Critical, Suite: suite, Check: Device, Subject: subject,
				What:     fmt.Sprintf("GPU asked for (--device %s) but the CPU was used", c.Pipeline.Device),
				Measured: a.Device, Limit: c.Pipeline.Device,
			})
		}
		if len(a.Degraded) > 0 && !has(r, suite, Degraded) {
			given := strings.Join(a.Degraded, ", ")
			r.Add(Finding{
				Status: verdict.Warning, Suite: suite, Check: Degraded, Subject: subject,
				What: "degraded: the recogniser gave up " + given + " to go on after errors", Measured: given,
			})
		}
	}
}

func onCPU(t *event.Transcript) bool { return strings.HasPrefix(strings.ToLower(t.Device), "cpu") }

func has(r *Report, suite, check string) bool {
	for _, f := range r.Findings {
		if f.Suite == suite && f.Check == check {
			return true
		}
	}
	return false
}

func processors() float64 { return float64(runtime.NumCPU()) }
