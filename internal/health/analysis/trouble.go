package analysis

import (
	"fmt"
	"slices"
	"strings"

	"voiceflow/internal/logrecord"
)

// quality checks for doubtful results, failures and undelivered text.
func (a *adviser) quality() {
	retries := 0
	for _, i := range a.current {
		retries += a.items[i].Retries
	}
	if n := len(a.current); n >= enoughItems && float64(retries) > manyRetries*float64(n) {
		a.add("profile",
			"try vf-transcribe --profile accuracy or balanced, and check the microphone with vf-record --check",
			"%d retries for %d items, %.0f %%: doubtful results are decoded again",
			retries, n, 100*float64(retries)/float64(n))
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
		a.add("failures", "look at the error groups; to report a bug, attach the output of vf-health bundle",
			"%d of %d items failed, %.1f %%; most often %s",
			s.Failures, s.Failures+s.Utterances+s.Files, 100*s.FailureRate, common)
	}
	if s.Kept > 0 && float64(s.Kept) > manyKept*float64(s.Deliveries) {
		a.add("delivery", "check with vf-health preflight whether programs can type here, and try another vf-paste --method",
			"%d of %d texts could not be delivered", s.Kept, s.Deliveries)
	}
}

// microphoneTrouble lists the problem events caused by the microphone, with the
// names shown to the user.
var microphoneTrouble = []struct {
	kind logrecord.Event
	name string
}{
	{logrecord.Overflow, "overflows"},
	{logrecord.Gap, "gaps"},
	{logrecord.DeviceLost, "microphone lost"},
	{logrecord.DeviceReturned, "microphone back"},
}

// devices checks for trouble with the microphone and the GPU.
func (a *adviser) devices() {
	var parts []string
	for _, trouble := range microphoneTrouble {
		if n := a.problems[trouble.kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", trouble.name, n))
		}
	}
	if len(parts) > 0 {
		a.add("microphone",
			"check the microphone's cable, battery and USB port, and the load of the machine; test it with vf-record --check",
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
		a.add("degraded",
			"check with vf-transcribe devices that the GPU and its driver are available, then restart vf-transcribe",
			"after errors, %d items were processed with reduced settings (%s), first on %s", items,
			strings.Join(lost, ", "), a.report.Summary.Degraded[0].From.Format(minute))
	}
}

// memory checks for growth.
func (a *adviser) memory() {
	var most float64
	for _, i := range a.current {
		most = max(most, a.items[i].GrowthMB)
	}
	advice := "refresh the recogniser more often: vf-transcribe --refresh-every; if it keeps growing, " +
		"report it with vf-health bundle"
	switch d := a.report.Decay; {
	case most > a.limits.MemoryMB:
		a.add("memory", advice, "the process has grown by %.0f MB beyond its model, more than %g MB",
			most, a.limits.MemoryMB)
	case d.Grown > 0:
		first, last := 0.0, 0.0
		for _, l := range d.Worst {
			if l.Grown && l.GrowthLast-l.GrowthFirst > last-first {
				first, last = l.GrowthFirst, l.GrowthLast
			}
		}
		a.add("memory", advice, "%d of %d long processes kept growing; one from %.0f to %.0f MB beyond its model",
			d.Grown, d.Processes, first, last)
	}
}

// time checks for whatever gets worse over time.
func (a *adviser) time() {
	if d := a.report.Decay; d.Decayed > 0 {
		w := d.Worst[0]
		a.add("decay",
			"refresh the recogniser more often with vf-transcribe --refresh-every, and check whether the machine overheats",
			"%d of %d long processes slowed down; one from a speed factor of %.1f to %.1f within %s",
			d.Decayed, d.Processes, w.SpeedFirst, w.SpeedLast, span(w.To.Sub(w.From)))
	}
	for _, t := range a.report.Trends {
		switch {
		case !t.Worse:
		case t.Measure == "speed factor" && a.report.Decay.Decayed == 0:
			a.add("slower", "check what else runs on the machine, and whether it overheats",
				"the speed factor falls by %.2g per %s with the same model and device", -t.Slope, t.Per)
		case t.Measure == "failures":
			a.add("more-failures", "look for new messages in the error groups",
				"the failure rate rises by %.2g percentage points per %s", t.Slope, t.Per)
		}
	}
}

// reliability checks how processes end, and the logs themselves.
func (a *adviser) reliability() {
	s := a.report.Summary
	if s.AbnormalEnds >= minCrashes {
		a.add("ends", "see \"what changed\" for the times; to report a bug, attach the output of vf-health bundle",
			"%d of %d processes ended abnormally", s.AbnormalEnds, s.Processes)
	}
	if n := float64(s.Malformed); n > manyUnreadable*float64(a.readings) && n > 1 {
		a.add("logs", "give each program its own log by passing a folder to --log-file, and check that the disk is not full",
			"%d log lines or files could not be read", s.Malformed)
	}
}
