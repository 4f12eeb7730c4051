package metrics

import (
	"fmt"
	"time"

	"voiceflow/pkg/stats"
)

// Limits say when a reading, or several, call for an alert.
type Limits struct {
	Processing    time.Duration // of one utterance, at most
	SpeedWarning  float64       // speed factor, at least
	SpeedCritical float64
	MemoryMB      float64       // growth beyond the model, at most
	CPUPercent    float64       // of all processors, at most
	ErrorRate     float64       // failures over all items, 0 to 1, at most
	Latency       time.Duration // mean, at most
}

// DefaultLimits are those of the production guide that the programs come from.
func DefaultLimits() Limits {
	return Limits{
		Processing: 2 * time.Second, SpeedWarning: 2, SpeedCritical: 1,
		MemoryMB: 400, CPUPercent: 80, ErrorRate: 0.05, Latency: time.Second,
	}
}

// Severity of an alert.
type Severity string

// The severities.
const (
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Alert is a limit that the last utterances do not keep.
type Alert struct {
	Name     string   `json:"name"` // processing, speed, memory, cpu, errors, latency, degraded
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // what is wrong, with figures
	Remedy   string   `json:"remedy"`  // what to do about it
	Value    float64  `json:"value"`
	Limit    float64  `json:"limit"`
}

// AlertReadings is how many of the last items an alert looks at, AlertTime how
// old they may be.
const (
	AlertReadings = 20
	AlertTime     = 10 * time.Minute
)

// alerts judges the last items, utterances and failures, oldest first. Speed,
// processing time and load are judged by medians or means over several, so that
// one slow moment of a busy machine is no alert; what is not files' concern,
// latency, is judged over utterances alone.
func (l Limits) alerts(recent []Reading) []Alert {
	var processing, speed, latency, cpu []float64
	var last Reading
	failures := 0
	for _, r := range recent {
		if r.Event == Failure {
			failures++
			continue
		}
		last = r
		if r.File == "" {
			processing = append(processing, r.ProcessingSeconds)
			latency = appendPositive(latency, r.LatencySeconds)
		}
		speed = appendPositive(speed, r.SpeedFactor)
		cpu = appendPositive(cpu, r.CPUPercent)
	}
	var all []Alert
	add := func(a Alert) { all = append(all, a) }
	if v := stats.Median(processing); v > l.Processing.Seconds() {
		add(Alert{"processing", Critical, fmt.Sprintf("an utterance takes %.1f s to recognise", v),
			"use a smaller model or a GPU: vf-transcribe --profile speed", v, l.Processing.Seconds()})
	}
	switch v := stats.Median(speed); {
	case len(speed) == 0:
	case v < l.SpeedCritical:
		add(Alert{"speed", Critical, fmt.Sprintf("slower than speech: speed factor %.2f", v),
			"use a smaller model, a GPU, or fewer programs beside it", v, l.SpeedCritical})
	case v < l.SpeedWarning:
		add(Alert{"speed", Warning, fmt.Sprintf("hardly faster than speech: speed factor %.2f", v),
			"use a smaller model, a GPU, or fewer programs beside it", v, l.SpeedWarning})
	}
	if v := stats.Mean(latency); v > l.Latency.Seconds() {
		add(Alert{"latency", Warning, fmt.Sprintf("text comes %.1f s after the speech on average", v),
			"use a smaller model, or a shorter vf-vad --min-silence", v, l.Latency.Seconds()})
	}
	if v := last.GrowthMB; v > l.MemoryMB {
		add(Alert{"memory", Warning, fmt.Sprintf("%s has grown by %.0f MB beyond its model", last.Program, v),
			"vf-transcribe loads its model again at --memory-limit; restart it if it goes on", v, l.MemoryMB})
	}
	if v := stats.Mean(cpu); v > l.CPUPercent {
		add(Alert{"cpu", Warning, fmt.Sprintf("%.0f %% of all processors are in use", v),
			"set vf-transcribe --threads or --cpu-limit", v, l.CPUPercent})
	}
	// A single failure is told among the problems; it is no rate.
	if n := len(recent); failures > 1 && float64(failures)/float64(n) > l.ErrorRate {
		v := float64(failures) / float64(n)
		add(Alert{"errors", Critical, fmt.Sprintf("%d of the last %d items failed", failures, n),
			"the log says why: vf-health analyze groups the errors", v, l.ErrorRate})
	}
	if len(last.Degraded) > 0 {
		add(Alert{"degraded", Warning, fmt.Sprintf("the recogniser works without what it was asked for: %s", last.Degraded),
			"look at the errors before, mend the device, restart vf-transcribe", float64(len(last.Degraded)), 0})
	}
	return all
}

func appendPositive(values []float64, v float64) []float64 {
	if v > 0 {
		return append(values, v)
	}
	return values
}
