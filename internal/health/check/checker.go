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
)

// Names of suites.
const (
	Timing      = "timing"
	Edge        = "edge"
	Performance = "performance"
	Environment = "environment"
	Baselines   = "baseline" // selected by --baseline, not --suite
)

// Suites lists the suites that --suite accepts, in the order they run in.
func Suites() []string { return []string{Timing, Edge, Performance, Environment} }

// Checker runs the suites.
type Checker struct {
	Version  string // of the programs
	Pipeline replay.Pipeline
	Limits   Limits
	// Recordings are judged one by one in the timing suite and measured for
	// baselines.
	Recordings []replay.Recording
	// Sentences are the material for edge cases and long sessions.
	Sentences  []replay.Recording
	Realtime   bool      // replay in real time in the timing suite
	Utterances int       // minimum for the performance suite
	Temp       string    // folder for generated audio; empty: the system's
	State      string    // folder for history and baselines
	Words      io.Writer // receives the texts of the timing suite; nil: discarded
	// Misconfigured lists the programs' complaints about their configuration.
	Misconfigured []string
}

// Run runs the suites in turn and stops after one in which a program stops
// responding. It returns an error if it cannot reach a verdict.
func (c *Checker) Run(ctx context.Context, suites []string) (*Report, error) {
	began := time.Now()
	r := &Report{
		Time: began.UTC().Truncate(time.Second), Version: c.Version, Suites: suites,
		Findings: []Finding{}, Measures: []Measure{},
	}
	for _, what := range c.Misconfigured {
		r.Add(Finding{
			Status: verdict.Warning, Suite: Configuration, Check: Configuration,
			What: "configuration: " + strings.TrimPrefix(what, "configuration: "),
		})
	}
	for _, suite := range suites {
		run := map[string]func(context.Context, *Report) error{
			Timing: c.timing, Edge: c.edge, Performance: c.performance, Environment: c.environment,
		}[suite]
		if run == nil {
			return nil, fmt.Errorf("unknown suite %q; use %s, or all", suite, strings.Join(Suites(), ", "))
		}
		if err := r.outcome(suite, run(ctx, r)); err != nil {
			return nil, err
		}
		if r.endedEarly() {
			r.summarise("the check ended early")
			break
		}
	}
	if r.Busy {
		r.summarise("the machine was busy with other programs")
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// errEndedEarly ends a suite after a replay that hung: its finding has been added,
// and further replays would hang, too.
var errEndedEarly = errors.New("ended early")

func (r *Report) endedEarly() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Check == Silent })
}

// outcome returns the error of a suite. If there is a critical finding, which
// the error must not hide, it adds the error as a finding instead.
func (r *Report) outcome(suite string, err error) error {
	switch {
	case errors.Is(err, errEndedEarly):
		return nil
	case err == nil, errors.Is(err, context.Canceled), r.Status != verdict.Critical:
		return err
	}
	r.Add(Finding{Status: verdict.Warning, Suite: suite, Check: NotJudged, What: "not judged: " + err.Error()})
	return nil
}

// makeTemp creates a folder and has fill write audio to it; remove deletes it. If
// the disk is full or unwritable, it adds a finding and returns ok = false.
func (c *Checker) makeTemp(
	r *Report, suite string, fill func(folder string) error,
) (remove func(), ok bool, err error) {
	folder, err := os.MkdirTemp(c.Temp, replay.TempFolder)
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

// diskFinding turns a write error into a finding: a full disk, which loses
// recordings and texts, or an unwritable folder. It returns false for others.
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

// runAndJudge sends a recording through the pipeline and judges how the programs
// ended.
func (c *Checker) runAndJudge(
	ctx context.Context, r *Report, suite string, rec replay.Recording, o replay.Options,
) (*replay.Result, error) {
	result, err := c.runPipeline(ctx, r, suite, rec, o)
	if err != nil {
		return nil, err
	}
	return result, judgeEnd(r, suite, rec, result)
}

// runPipeline sends a recording through the pipeline. It adds findings for a
// program that hung or crashed and for the wrong device.
func (c *Checker) runPipeline(
	ctx context.Context, r *Report, suite string, rec replay.Recording, o replay.Options,
) (*replay.Result, error) {
	began := time.Now()
	result, err := c.Pipeline.Replay(ctx, rec.Path, o)
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
		return nil, errEndedEarly
	}
	for _, a := range result.Answers {
		r.Model, r.Device = a.Model, a.Device
	}
	c.judgeDevice(r, suite, rec.Name, result.Answers)
	if program := crashedProgram(result); program != "" {
		r.Add(Finding{Status: verdict.Critical, Suite: suite, Check: Panic, Subject: rec.Name, What: program + " crashed"})
	}
	return result, nil
}

// judgeEnd adds a finding for a program that failed. Wrong usage or a missing
// model is an error instead.
func judgeEnd(r *Report, suite string, rec replay.Recording, result *replay.Result) error {
	var failed *replay.StageError
	if !errors.As(result.Err(), &failed) {
		return nil
	}
	if crashedProgram(result) != "" {
		return nil // runPipeline has added a finding
	}
	if failed.Code == exitcode.Usage || failed.Code == exitcode.Model { // nothing can be judged
		return fmt.Errorf("%s: %w", rec.Name, failed)
	}
	r.Add(Finding{
		Status: verdict.Critical, Suite: suite, Check: Stopped, Subject: rec.Name,
		What: "stopped: " + failed.Error(),
	})
	return nil
}

// crashedProgram returns the name of a program that crashed, or "".
func crashedProgram(h *replay.Result) string {
	for _, o := range h.Outcomes {
		for _, sign := range []string{"panic: ", "fatal error: ", "SIGSEGV"} {
			if strings.Contains(o.Stderr, sign) {
				return o.Program
			}
		}
	}
	return ""
}

func processors() float64 { return float64(runtime.NumCPU()) }
