package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/stats"
)

// Thresholds for advice, in addition to metrics.Limits.
const (
	enoughItems    = 10   // with fewer, figures mean little
	ampleSpeed     = 4.0  // speed factor above which some speed can be traded away
	manyRetries    = 0.2  // per item
	busyShare      = 0.7  // of the time between two items
	longQueue      = 5    // waiting utterances
	manyUnreadable = 0.01 // of all lines
	manyKept       = 0.05 // of all deliveries
	idleShare      = 50.0 // percent of all processors; slow work below this leaves too many idle
	fewFailures    = 3    // with fewer, a rate means nothing
	minCrashes     = 2
)

// adviser collects recommendations. It judges speed and load only over the items
// made under the latest setting, so that it does not complain about anything
// that a change has already fixed.
type adviser struct {
	*Collector
	report  *Report
	limits  metrics.Limits
	current []int // indexes of the items under the latest setting
	all     []Recommendation
}

func (c *Collector) recommend(r *Report) []Recommendation {
	a := &adviser{Collector: c, report: r, limits: c.options.Limits, current: c.lastSetting(), all: []Recommendation{}}
	a.speed()
	a.load()
	a.quality()
	a.devices()
	a.memory()
	a.time()
	a.reliability()
	return a.all
}

func (a *adviser) add(id, advice, reason string, args ...any) {
	a.all = append(a.all, Recommendation{id, advice, fmt.Sprintf(reason, args...)})
}

// lastSetting returns the indexes of the items with the same setting as the last.
func (c *Collector) lastSetting() []int {
	var places []int
	for i := range slices.Backward(c.items) {
		if c.items[i].setting() == c.items[len(c.items)-1].setting() {
			places = append(places, i)
		}
	}
	slices.Reverse(places)
	return places
}

// isCPU reports whether libwhisper's name for a device denotes the CPU.
func isCPU(device string) bool {
	return device == "" || strings.HasPrefix(strings.ToUpper(device), "CPU")
}

// speed checks whether recognition is too slow.
func (a *adviser) speed() {
	if len(a.current) < enoughItems {
		return
	}
	last := &a.items[len(a.items)-1]
	f := a.figures(a.current)
	mid := f.Speed
	late, took := a.values(a.current, latency), a.values(a.current, processing)
	slow := mid > 0 && mid < a.limits.SpeedWarning
	switch {
	case slow:
		a.add("smaller-model",
			"use a smaller model: vf-transcribe --profile speed, or a quantised one (vf-transcribe models list)",
			"the median speed factor is %.1f, below %g, with %s on %s", mid, a.limits.SpeedWarning, last.Model, last.Device)
	case len(took) >= enoughItems && f.Processing > a.limits.Processing.Seconds():
		a.add("smaller-model", "use a smaller model, or cut utterances shorter: vf-vad --max-utterance",
			"recognising an utterance takes %.1f s, more than %g s, with %s",
			f.Processing, a.limits.Processing.Seconds(), last.Model)
	case len(late) >= enoughItems && stats.Mean(late) > a.limits.Latency.Seconds():
		a.add("latency", "use a smaller model, or a shorter vf-vad --min-silence",
			"text arrives on average %.1f s after the end of speech; recognition takes %.1f s of that",
			stats.Mean(late), f.Processing)
	}
	if !isCPU(last.Device) || mid >= ampleSpeed || mid == 0 {
		return
	}
	if gpu := a.gpu(); gpu != "" {
		a.add("gpu", "use the GPU: vf-transcribe --device gpu",
			"recognition runs on %s at a speed factor of %.1f, and a GPU is available: %s",
			last.Device, mid, gpu)
	} else if slow {
		a.add("gpu", "look for a GPU with vf-transcribe devices; for what it needs, see docs/gpu.md",
			"recognition runs on %s at a speed factor of %.1f", last.Device, mid)
	}
}

// gpu describes a usable GPU, found on this machine or in the logs; empty: none.
func (a *adviser) gpu() string {
	if a.options.GPU != "" {
		return a.options.GPU
	}
	for i := range slices.Backward(a.items) {
		if !isCPU(a.items[i].Device) {
			return fmt.Sprintf("%s was used on %s", a.items[i].Device, a.items[i].Time.Format(minute))
		}
	}
	return ""
}

// load compares CPU use with speed.
func (a *adviser) load() {
	busy := a.busyCPU()
	mid := stats.Median(a.values(a.current, speed))
	if len(busy) >= enoughItems {
		share := stats.Mean(busy)
		switch {
		case share > a.limits.CPUPercent && mid >= ampleSpeed:
			a.add("fewer-threads", "leave some processors to other programs: vf-transcribe --threads or --cpu-limit",
				"recognition uses %.0f %% of all processors and is %.1f times as fast as speech", share, mid)
		case share < idleShare && mid < a.limits.SpeedWarning && isCPU(a.items[len(a.items)-1].Device):
			a.add("more-threads", "use more processors: vf-transcribe --threads; also check which other programs use them",
				"recognition is slow (speed factor %.1f) but uses only %.0f %% of all processors", mid, share)
		}
	}
	waiting := slices.Sorted(slices.Values(a.values(a.current, queue)))
	if len(waiting) < enoughItems {
		return
	}
	long := stats.Quantile(waiting, 0.95)
	grows := slices.ContainsFunc(a.report.Trends, func(t Trend) bool { return t.Measure == "queue" && t.Worse })
	if long >= longQueue || grows && long >= 1 {
		a.add("queue", "run more recognisers with vf-transcribe --jobs, or use a smaller model",
			"for one utterance in twenty, %.0f or more wait in the queue; speed factor %.1f", long, mid)
	}
}

// busyCPU returns the CPU use, in percent of all processors, of items during
// which the process did little but recognise: a waiting process uses none.
func (a *adviser) busyCPU() []float64 {
	var shares []float64
	before := map[*run]time.Time{}
	for _, i := range a.current {
		it := &a.items[i]
		if last, ok := before[it.run]; ok && it.CPUPercent > 0 {
			if passed := it.Time.Sub(last).Seconds(); it.ProcessingSeconds > busyShare*passed {
				shares = append(shares, it.CPUPercent)
			}
		}
		before[it.run] = it.Time
	}
	return shares
}
