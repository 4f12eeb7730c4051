package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/stats"
	"voiceflow/internal/logrecord"
)

// What calls for advice beside metrics.Limits.
const (
	enoughItems     = 10   // fewer say little
	ampleSpeed      = 4.0  // above it, speed can be given away
	manyRetries     = 0.2  // for each item
	busyShare       = 0.7  // of the time between two items
	longQueue       = 5    // utterances that wait
	manyUnreadable  = 0.01 // of all lines
	manyKept        = 0.05 // of all deliveries
	idleShare       = 50.0 // percent of all processors that slow work leaves unused
	fewFailures     = 3    // below it a rate means nothing
	crashesThatTell = 2
)

// adviser goes through what speaks for doing something. Speed and load are
// judged over the last setting alone: what a change has mended is no advice.
type adviser struct {
	*Collector
	report  *Report
	limits  metrics.Limits
	current []int // places of the items under the last setting
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

// lastSetting are the places of the items that were made as the last one was.
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

// isCPU reports whether a device, by the name that libwhisper gives it, is no GPU.
func isCPU(device string) bool {
	return device == "" || strings.HasPrefix(strings.ToUpper(device), "CPU")
}

// speed looks for what is too slow.
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
		a.add("smaller-model", "use a smaller model: vf-transcribe --profile speed, or a quantised one (vf-transcribe models list)",
			"the median speed factor is %.1f, below %g, with %s on %s", mid, a.limits.SpeedWarning, last.Model, last.Device)
	case len(took) >= enoughItems && f.Processing > a.limits.Processing.Seconds():
		a.add("smaller-model", "use a smaller model, or cut utterances shorter: vf-vad --max-utterance",
			"an utterance takes %.1f s to recognise, more than %g s, with %s", f.Processing, a.limits.Processing.Seconds(), last.Model)
	case len(late) >= enoughItems && stats.Mean(late) > a.limits.Latency.Seconds():
		a.add("latency", "use a smaller model, or a shorter vf-vad --min-silence",
			"text comes %.1f s after the end of speech on average, %.1f s of them recognition", stats.Mean(late), f.Processing)
	}
	if !isCPU(last.Device) || mid >= ampleSpeed || mid == 0 {
		return
	}
	if gpu := a.gpu(); gpu != "" {
		a.add("gpu", "let the GPU work: vf-transcribe --device gpu", "the work is done by %s at a speed factor of %.1f, and there is a GPU: %s",
			last.Device, mid, gpu)
	} else if slow {
		a.add("gpu", "look for a GPU with vf-transcribe devices; docs/gpu.md says what it needs",
			"the work is done by %s at a speed factor of %.1f", last.Device, mid)
	}
}

// gpu is one that could be used, as this machine or the logs tell.
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

// load compares the use of the processors with the speed.
func (a *adviser) load() {
	busy := a.busyCPU()
	mid := stats.Median(a.values(a.current, speed))
	if len(busy) >= enoughItems {
		share := stats.Mean(busy)
		switch {
		case share > a.limits.CPUPercent && mid >= ampleSpeed:
			a.add("fewer-threads", "leave processors to other programs: vf-transcribe --threads or --cpu-limit",
				"recognition takes %.0f %% of all processors, and is %.1f times as fast as speech", share, mid)
		case share < idleShare && mid < a.limits.SpeedWarning && isCPU(a.items[len(a.items)-1].Device):
			a.add("more-threads", "use more processors: vf-transcribe --threads; and see which other programs take them",
				"recognition is slow, speed factor %.1f, and gets %.0f %% of all processors", mid, share)
		}
	}
	waiting := slices.Sorted(slices.Values(a.values(a.current, queue)))
	if len(waiting) < enoughItems {
		return
	}
	long := stats.Quantile(waiting, 0.95)
	grows := slices.ContainsFunc(a.report.Trends, func(t Trend) bool { return t.Measure == "queue" && t.Worse })
	if long >= longQueue || grows && long >= 1 {
		a.add("queue", "give it more recognisers, vf-transcribe --jobs, or a smaller model",
			"one in twenty utterances leaves %.0f or more waiting behind it; speed factor %.1f", long, mid)
	}
}

// busyCPU are the shares of the processors that were measured while a process
// did little else than recognise: a process that waits uses none.
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

// quality looks for doubtful results and failures.
func (a *adviser) quality() {
	retries := 0
	for _, i := range a.current {
		retries += a.items[i].Retries
	}
	if n := len(a.current); n >= enoughItems && float64(retries) > manyRetries*float64(n) {
		a.add("profile", "try vf-transcribe --profile accuracy or balanced, and listen to a recording: vf-record --check says how it sounds",
			"%d results of %d items were doubtful and decoded again, %.0f %%", retries, n, 100*float64(retries)/float64(n))
	}
	s := a.report.Summary
	if s.Failures >= fewFailures && s.FailureRate > a.limits.ErrorRate {
		common := "unknown"
		for _, g := range a.report.Errors {
			if g.Items > 0 {
				common = fmt.Sprintf("%q, %d times", g.Message, g.Count)
				break
			}
		}
		a.add("failures", "look at the error groups; vf-health bundle packs what a report of a bug needs",
			"%d of %d items failed, %.1f %%; most often %s", s.Failures, s.Failures+s.Utterances+s.Files, 100*s.FailureRate, common)
	}
	if s.Kept > 0 && float64(s.Kept) > manyKept*float64(s.Deliveries) {
		a.add("delivery", "see with vf-health preflight whether programs may type here, and choose another vf-paste --method",
			"nothing took %d of %d texts", s.Kept, s.Deliveries)
	}
}

// microphoneTrouble are the kinds of problems that tell of the microphone, as
// they are named to the user.
var microphoneTrouble = []struct {
	kind logrecord.Event
	name string
}{
	{logrecord.Overflow, "overflows"},
	{logrecord.Gap, "gaps"},
	{logrecord.DeviceLost, "losses of the microphone"},
	{logrecord.DeviceReturned, "returns of the microphone"},
}

// devices looks for trouble with the microphone and the GPU.
func (a *adviser) devices() {
	var parts []string
	for _, trouble := range microphoneTrouble {
		if n := a.problems[trouble.kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", trouble.name, n))
		}
	}
	if len(parts) > 0 {
		a.add("microphone", "look at its cable, battery and USB port, and at the load of the machine; vf-record --check tries it",
			"%s", strings.Join(parts, ", "))
	}
	var lost []string
	items := 0
	for _, d := range a.report.Summary.Degraded {
		items += d.Items
		if !slices.Contains(lost, d.What) {
			lost = append(lost, d.What)
		}
	}
	if items > 0 {
		a.add("degraded", "see with vf-transcribe devices whether the GPU and its driver are there, then restart vf-transcribe",
			"after errors, %d items were made with less than was asked for (%s), first on %s", items, strings.Join(lost, ", "),
			a.report.Summary.Degraded[0].From.Format(minute))
	}
}

// memory looks for growth.
func (a *adviser) memory() {
	var most float64
	for _, i := range a.current {
		most = max(most, a.items[i].GrowthMB)
	}
	advice := "refresh the recogniser more often: vf-transcribe --refresh-every; if it grows on, report it with vf-health bundle"
	switch d := a.report.Decay; {
	case most > a.limits.MemoryMB:
		a.add("memory", advice, "the process has grown by %.0f MB beyond its model, more than %g MB", most, a.limits.MemoryMB)
	case d.Grown > 0:
		first, last := 0.0, 0.0
		for _, l := range d.Worst {
			if l.Grown && l.GrowthLast-l.GrowthFirst > last-first {
				first, last = l.GrowthFirst, l.GrowthLast
			}
		}
		a.add("memory", advice, "%d of %d long processes grew and grew; one from %.0f to %.0f MB beyond its model", d.Grown, d.Processes, first, last)
	}
}

// time looks for what gets worse.
func (a *adviser) time() {
	if d := a.report.Decay; d.Decayed > 0 {
		w := d.Worst[0]
		a.add("decay", "refresh the recogniser more often, vf-transcribe --refresh-every, and see whether the machine gets too hot",
			"%d of %d long processes became slower; one from a speed factor of %.1f to %.1f within %s",
			d.Decayed, d.Processes, w.SpeedFirst, w.SpeedLast, span(w.To.Sub(w.From)))
	}
	for _, t := range a.report.Trends {
		switch {
		case !t.Worse:
		case t.Measure == "speed factor" && a.report.Decay.Decayed == 0:
			a.add("slower", "see what else runs on the machine, and whether it gets too hot",
				"the speed factor falls by %.2g per %s, with the same model and device", -t.Slope, t.Per)
		case t.Measure == "failures":
			a.add("more-failures", "look at the error groups for what is new",
				"the share of failures rises by %.2g percentage points per %s", t.Slope, t.Per)
		}
	}
}

// reliability looks at how processes end, and at the logs themselves.
func (a *adviser) reliability() {
	s := a.report.Summary
	if s.AbnormalEnds >= crashesThatTell {
		a.add("ends", "look under \"what changed\" for when; vf-health bundle packs what a report of a bug needs",
			"%d of %d processes ended as they should not", s.AbnormalEnds, s.Processes)
	}
	if n := float64(s.Malformed); n > manyUnreadable*float64(a.readings) && n > 1 {
		a.add("logs", "let no two programs write one log: give --log-file a folder; and see whether the disk is full",
			"%d lines or files of the logs could not be read", s.Malformed)
	}
}
