package check

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/stats"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/health/wer"
	"voiceflow/internal/wait"
)

const (
	repeats = 5 // of each recording in a round
	// saveRounds is the number of rounds for a new baseline, and compareRounds
	// the maximum for a comparison that looks like a regression. The pauses
	// between rounds double: a slow moment passes, a slow program stays slow.
	saveRounds    = 3
	compareRounds = 4
	firstPause    = time.Second
)

// Increases over the baseline that count as a regression.
const (
	memorySlackMB     = 64
	werWarningPoints  = 5 // percentage points
	werCriticalPoints = 15
)

// SaveBaseline measures this machine and saves the result.
func (c *Checker) SaveBaseline(ctx context.Context, r *Report) error {
	if r.endedEarly() {
		return nil
	}
	return r.outcome(Baselines, c.saveBaseline(ctx, r))
}

func (c *Checker) saveBaseline(ctx context.Context, r *Report) error {
	var b *Baseline
	for round := range saveRounds {
		next, err := c.measureRound(ctx, r, round)
		if err != nil || next == nil {
			return err
		}
		b = b.merge(next)
	}
	err := b.Save(BaselinePath(c.State))
	if f, isDisk := diskFinding(Baselines, err); isDisk {
		r.Add(f)
		return nil
	}
	r.summarise("baseline saved")
	return err
}

// CompareBaseline measures this machine and judges what got worse since the
// baseline. A missing baseline is a finding.
func (c *Checker) CompareBaseline(ctx context.Context, r *Report) error {
	if r.endedEarly() {
		return nil
	}
	return r.outcome(Baselines, c.compareBaseline(ctx, r))
}

func (c *Checker) compareBaseline(ctx context.Context, r *Report) error {
	missing := func(what string) error {
		r.Add(Finding{Status: verdict.Warning, Suite: Baselines, Check: NoBaseline, What: "nothing to compare with: " + what})
		return nil
	}
	var base, now *Baseline
	ratio := 0.0
	for round := range compareRounds {
		next, err := c.measureRound(ctx, r, round)
		if err != nil || next == nil {
			return err
		}
		if base == nil {
			if base, err = LoadBaseline(BaselinePath(c.State), next.Model, next.Device); err != nil {
				return missing(err.Error())
			}
		}
		now = now.merge(next)
		if ratio = now.slowdown(base); math.IsNaN(ratio) {
			return missing("the baseline in " + BaselinePath(c.State) + " is for other recordings")
		}
		if c.Limits.Regression.Judge(ratio) == verdict.OK {
			break
		}
	}
	r.judge(Measure{Baselines, "slowdown", "", ratio, Factor, &c.Limits.Regression}, Regression,
		"regression: %s times as slow as the baseline of "+base.Time.Format(time.DateOnly)+
			", version "+strings.ReplaceAll(base.Version, "%", "%%"))
	compareMemory(r, base, now)
	compareWords(r, base, now)
	r.summarise(fmt.Sprintf("%.2f times the baseline's time", ratio))
	return nil
}

// slowdown returns the factor by which the programs are slower than in base,
// corrected for a slower machine: the median across utterances of the ratio of
// the shortest times, divided by the same ratio for the calibration. Load on the
// processors does not slow a GPU, so there the calibration does not count. It
// returns NaN if no utterance is in both.
func (b *Baseline) slowdown(base *Baseline) float64 {
	var ratios []float64
	for name, old := range base.Recordings {
		new := b.Recordings[name]
		for i := range min(len(old.Seconds), len(new.Seconds)) {
			if old.Seconds[i] > 0 {
				ratios = append(ratios, new.Seconds[i]/old.Seconds[i])
			}
		}
	}
	if len(ratios) == 0 {
		return math.NaN()
	}
	machine := 1.0
	if strings.HasPrefix(strings.ToLower(b.Device), "cpu") {
		machine = b.Calibration.slowdown(base.Calibration)
	}
	return stats.Median(ratios) / machine
}

// merge keeps the better value of both rounds: noise only makes them worse.
func (b *Baseline) merge(next *Baseline) *Baseline {
	if b == nil {
		return next
	}
	b.Calibration = b.Calibration.merge(next.Calibration)
	b.MemoryMB = min(b.MemoryMB, next.MemoryMB)
	for name, recording := range next.Recordings {
		old := b.Recordings[name]
		for i := range min(len(old.Seconds), len(recording.Seconds)) {
			old.Seconds[i] = min(old.Seconds[i], recording.Seconds[i])
		}
	}
	return b
}

// measureRound replays each recording several times, one utterance at a time,
// with a calibration before each. If it returns neither a baseline nor an error,
// it has added a finding.
func (c *Checker) measureRound(ctx context.Context, r *Report, round int) (*Baseline, error) {
	if round > 0 {
		if err := wait.For(ctx, firstPause<<(round-1)); err != nil {
			return nil, err
		}
	}
	var session replay.Sequence
	remove, ok, err := c.makeTemp(r, Baselines, func(folder string) (err error) {
		session, err = replay.WriteSequence(filepath.Join(folder, "baseline.wav"), c.Recordings, repeats, pause)
		return err
	})
	if !ok {
		return nil, err
	}
	defer remove()
	calibrator := newCalibrator()
	whole := replay.Recording{Name: fmt.Sprintf("round-%d", round+1), Path: session.Path}
	// With one thread, less the time that it waited for a processor, the time is
	// the program's own.
	single := *c
	single.Pipeline.Threads = 1
	result, err := single.runAndJudge(ctx, r, Baselines, whole,
		replay.Options{OneByOne: true, Usage: true, Before: calibrator.run})
	if err != nil {
		return nil, err
	}
	if len(result.Answers) == 0 {
		r.Add(Finding{Status: verdict.Critical, Suite: Baselines, Check: Lost, What: "lost: no utterance was recognised"})
		return nil, nil
	}
	return baselineOf(session, result, r, calibrator.best), nil
}

func baselineOf(session replay.Sequence, result *replay.Result, r *Report, calibration Calibration) *Baseline {
	b := &Baseline{
		Model: r.Model, Device: r.Device, Version: r.Version, Time: r.Time,
		Calibration: calibration, Recordings: map[string]RecordingBaseline{},
	}
	words := make([]string, len(session.Parts))
	place := make([]int, len(session.Parts)) // of the next utterance in each part
	language := ""
	for _, a := range result.Answers {
		i := session.PartAt(fromSeconds((a.Start + a.End) / 2))
		if i < 0 {
			continue
		}
		words[i] += " " + a.Text
		language = a.Language
		name := session.Parts[i].Name
		recording := b.Recordings[name]
		if n := place[i]; n < len(recording.Seconds) {
			recording.Seconds[n] = min(recording.Seconds[n], a.OwnTime.Seconds())
		} else {
			recording.Seconds = append(recording.Seconds, a.OwnTime.Seconds())
		}
		place[i]++
		b.Recordings[name] = recording
	}
	wrong := map[string]wer.Result{}
	for i, p := range session.Parts {
		wrong[p.Name] = wrong[p.Name].Add(wer.Compare(
			wer.Normalise(strings.Join(p.Utterances, " "), language), wer.Normalise(words[i], language)))
	}
	for name, recording := range b.Recordings {
		recording.WER = wrong[name].Rate()
		b.Recordings[name] = recording
	}
	if memory := result.Memory["vf-transcribe"]; len(memory) > 0 {
		b.MemoryMB = float64(slices.Max(memory)) / (1 << 20)
	}
	return b
}

// compareMemory warns if vf-transcribe needs half as much memory again as in the
// baseline, and at least memorySlackMB more.
func compareMemory(r *Report, base, now *Baseline) {
	warning := max(1.5*base.MemoryMB, base.MemoryMB+memorySlackMB)
	limit := Threshold{Warning: warning, Critical: 2 * warning, Unit: MB}
	r.judge(Measure{Baselines, "memory", "vf-transcribe", now.MemoryMB, MB, &limit}, Regression,
		"regression: vf-transcribe takes %s of memory, in the baseline "+Show(base.MemoryMB, MB))
}

// compareWords compares the word error rate of each recording.
func compareWords(r *Report, base, now *Baseline) {
	for _, name := range slices.Sorted(maps.Keys(now.Recordings)) {
		old, ok := base.Recordings[name]
		if !ok {
			continue
		}
		was := 100 * old.WER
		limit := Threshold{Warning: was + werWarningPoints, Critical: was + werCriticalPoints, Unit: Percent}
		r.judge(Measure{Baselines, "wer", name, 100 * now.Recordings[name].WER, Percent, &limit}, Regression,
			"regression: %s of the words are wrong, in the baseline "+strings.ReplaceAll(Show(was, Percent), "%", "%%"))
	}
}
