package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"voiceflow/internal/health/stats"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/limits"
	"voiceflow/internal/logrecord"
)

// Limits are the thresholds for alerts.
type Limits struct {
	Processing    time.Duration // maximum median per utterance
	SpeedWarning  float64       // minimum speed factor
	SpeedCritical float64       // minimum speed factor
	MemoryMB      float64       // maximum growth beyond the model
	CPUPercent    float64       // maximum mean, in percent of all processors
	ErrorRate     float64       // maximum share of failed items, 0 to 1
	Latency       time.Duration // maximum mean
}

// DefaultLimits returns the limits of package limits.
func DefaultLimits() Limits {
	return Limits{
		Processing: limits.Processing, SpeedWarning: limits.SpeedWarning, SpeedCritical: limits.SpeedCritical,
		MemoryMB: limits.MemoryWarning, CPUPercent: limits.CPUWarning, ErrorRate: limits.ErrorsCritical / 100.,
		Latency: limits.LatencyWarning,
	}
}

// Alert is a limit that recent items exceed.
type Alert struct {
	Name    string         // processing, speed, memory, cpu, errors, latency, degraded
	Status  verdict.Status // Warning or Critical
	Message string         // what is wrong, with figures
	Remedy  string         // what to do about it
	Value   float64
	Limit   float64
}

// MarshalJSON writes the status as a Prometheus severity: in lower case.
func (a Alert) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name     string  `json:"name"`
		Severity string  `json:"severity"`
		Message  string  `json:"message"`
		Remedy   string  `json:"remedy"`
		Value    float64 `json:"value"`
		Limit    float64 `json:"limit"`
	}{a.Name, strings.ToLower(a.Status.String()), a.Message, a.Remedy, a.Value, a.Limit})
}

// AlertReadings is how many of the latest items an alert considers, and AlertTime
// how far they may be from now, in either direction: a clock that was ahead leaves
// items in the future.
const (
	AlertReadings = 20
	AlertTime     = 10 * time.Minute
)

// fewFiles is the number of files below which they are judged together with the
// utterances: they are not a batch next to a dictation, and a single slow file
// must not raise an alert.
const fewFiles = 3

// alerts judges the latest items and the running processes. Speed, processing time
// and load are judged by medians or means over several items, so that one slow
// moment on a busy machine does not raise an alert. Utterances and files are judged
// separately, so that a batch of files does not hide a slow dictation.
func (s *State) alerts(now time.Time, processes []Process) []Alert {
	all, streams, files := recent(s.recent, now), recent(s.streams, now), recent(s.files, now)
	groups := [][]logrecord.Record{streams, files}
	if len(files) < fewFiles {
		groups = [][]logrecord.Record{all}
	}
	alerts := s.limits.slow(streams, groups)
	if v := stats.Mean(measured(all, cpu)); v > s.limits.CPUPercent {
		alerts = append(alerts, Alert{"cpu", verdict.Warning, fmt.Sprintf("%.0f %% of all processors are in use", v),
			"set vf-transcribe --threads or --cpu-limit", v, s.limits.CPUPercent})
	}
	alerts = append(alerts, s.limits.failing(groups)...)
	return append(alerts, s.limits.state(now, processes)...)
}

// slow judges the processing time and latency of streams, and the speed of the
// slowest group.
func (l Limits) slow(streams []logrecord.Record, groups [][]logrecord.Record) []Alert {
	var alerts []Alert
	add := func(a Alert) { alerts = append(alerts, a) }
	if v := stats.Median(measured(streams, processing)); v > l.Processing.Seconds() {
		add(Alert{"processing", verdict.Critical, fmt.Sprintf("recognising an utterance takes %.1f s", v),
			"use a smaller model or a GPU: vf-transcribe --profile speed", v, l.Processing.Seconds()})
	}
	slowest := math.Inf(1)
	for _, readings := range groups {
		if speeds := measured(readings, speed); len(speeds) > 0 {
			slowest = min(slowest, stats.Median(speeds))
		}
	}
	switch {
	case slowest < l.SpeedCritical:
		add(Alert{"speed", verdict.Critical, fmt.Sprintf("slower than speech: speed factor %.2f", slowest),
			"use a smaller model or a GPU, or run fewer other programs", slowest, l.SpeedCritical})
	case slowest < l.SpeedWarning:
		add(Alert{"speed", verdict.Warning, fmt.Sprintf("hardly faster than speech: speed factor %.2f", slowest),
			"use a smaller model or a GPU, or run fewer other programs", slowest, l.SpeedWarning})
	}
	if v := stats.Mean(measured(streams, latency)); v > l.Latency.Seconds() {
		add(Alert{"latency", verdict.Warning, fmt.Sprintf("text arrives %.1f s after the end of speech on average", v),
			"use a smaller model, or a shorter vf-vad --min-silence", v, l.Latency.Seconds()})
	}
	return alerts
}

// failing judges the failure rate. A single failure is not a rate: it only appears
// among the problems.
func (l Limits) failing(groups [][]logrecord.Record) []Alert {
	worst, count, n := l.ErrorRate, 0, 0
	for _, readings := range groups {
		failures := 0
		for _, r := range readings {
			if r.Event == logrecord.Failure {
				failures++
			}
		}
		if rate := float64(failures) / float64(len(readings)); failures > 1 && rate > worst {
			worst, count, n = rate, failures, len(readings)
		}
	}
	if count == 0 {
		return nil
	}
	return []Alert{{"errors", verdict.Critical, fmt.Sprintf("%d of the last %d items failed", count, n),
		"see why with vf-health analyze, which groups the errors in the logs", worst, l.ErrorRate}}
}

// state judges each running process by its latest utterance; the worst counts.
func (l Limits) state(now time.Time, processes []Process) []Alert {
	var grown, degraded Process
	for _, p := range processes {
		if p.Stopped || p.Gone || now.Sub(p.item).Abs() > AlertTime {
			continue
		}
		if p.GrowthMB > grown.GrowthMB {
			grown = p
		}
		if len(p.Degraded) > len(degraded.Degraded) {
			degraded = p
		}
	}
	var alerts []Alert
	if v := grown.GrowthMB; v > l.MemoryMB {
		alerts = append(alerts, Alert{"memory", verdict.Warning,
			fmt.Sprintf("%s has grown by %.0f MB beyond its model", grown.Program, v),
			"vf-transcribe reloads its model at --memory-limit; restart it if it keeps growing", v, l.MemoryMB})
	}
	if n := len(degraded.Degraded); n > 0 {
		alerts = append(alerts, Alert{"degraded", verdict.Warning,
			"the recogniser is running with less than requested: " + strings.Join(degraded.Degraded, ", "),
			"look at the errors before that, fix the device, then restart vf-transcribe", float64(n), 0})
	}
	return alerts
}

// recent returns the latest items that are within AlertTime of now.
func recent(readings []logrecord.Record, now time.Time) []logrecord.Record {
	var near []logrecord.Record
	for _, r := range last(readings, AlertReadings) {
		if now.Sub(r.Time).Abs() <= AlertTime {
			near = append(near, r)
		}
	}
	return near
}

func processing(r logrecord.Record) float64 { return r.ProcessingSeconds }
func speed(r logrecord.Record) float64      { return r.SpeedFactor }
func latency(r logrecord.Record) float64    { return r.LatencySeconds }
func cpu(r logrecord.Record) float64        { return r.CPUPercent }

// measured returns the values of the utterances that have one.
func measured(readings []logrecord.Record, value func(logrecord.Record) float64) []float64 {
	var values []float64
	for _, r := range readings {
		if v := value(r); r.Event == logrecord.Utterance && v > 0 {
			values = append(values, v)
		}
	}
	return values
}
