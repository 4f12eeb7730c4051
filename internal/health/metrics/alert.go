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

// DefaultLimits are those of package limits.
func DefaultLimits() Limits {
	return Limits{
		Processing: limits.Processing, SpeedWarning: limits.SpeedWarning, SpeedCritical: limits.SpeedCritical,
		MemoryMB: limits.MemoryWarning, CPUPercent: limits.CPUWarning, ErrorRate: limits.ErrorsCritical / 100., Latency: limits.LatencyWarning,
	}
}

// Alert is a limit that the last utterances do not keep.
type Alert struct {
	Name    string         // processing, speed, memory, cpu, errors, latency, degraded
	Status  verdict.Status // Warning or Critical
	Message string         // what is wrong, with figures
	Remedy  string         // what to do about it
	Value   float64
	Limit   float64
}

// MarshalJSON has the status as Prometheus's severity: in small letters.
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

// AlertReadings is how many of the last items an alert looks at, AlertTime how
// far from now they may be; a clock that was ahead has left some in the future.
const (
	AlertReadings = 20
	AlertTime     = 10 * time.Minute
)

// fewFiles are judged with the utterances: they are no batch beside a dictation,
// and one that is slow is no alert.
const fewFiles = 3

// alerts judges the last items and the processes that run. Speed, processing time
// and load are judged by medians or means over several, so that one slow moment
// of a busy machine is no alert. A batch of files beside a dictation must not
// hide it: utterances and files are looked at apart.
func (s *State) alerts(now time.Time, processes []Process) []Alert {
	all, streams, files := lately(s.recent, now), lately(s.streams, now), lately(s.files, now)
	apart := [][]logrecord.Record{streams, files}
	if len(files) < fewFiles {
		apart = [][]logrecord.Record{all}
	}
	alerts := s.limits.slow(streams, apart)
	if v := stats.Mean(measured(all, cpu)); v > s.limits.CPUPercent {
		alerts = append(alerts, Alert{"cpu", verdict.Warning, fmt.Sprintf("%.0f %% of all processors are in use", v),
			"set vf-transcribe --threads or --cpu-limit", v, s.limits.CPUPercent})
	}
	alerts = append(alerts, s.limits.failing(apart)...)
	return append(alerts, s.limits.state(now, processes)...)
}

// slow judges processing time and latency, which are not files' concern, and the
// speed, of which the slowest kind of items counts.
func (l Limits) slow(streams []logrecord.Record, apart [][]logrecord.Record) []Alert {
	var alerts []Alert
	add := func(a Alert) { alerts = append(alerts, a) }
	if v := stats.Median(measured(streams, processing)); v > l.Processing.Seconds() {
		add(Alert{"processing", verdict.Critical, fmt.Sprintf("an utterance takes %.1f s to recognise", v),
			"use a smaller model or a GPU: vf-transcribe --profile speed", v, l.Processing.Seconds()})
	}
	slowest := math.Inf(1)
	for _, readings := range apart {
		if speeds := measured(readings, speed); len(speeds) > 0 {
			slowest = min(slowest, stats.Median(speeds))
		}
	}
	switch {
	case slowest < l.SpeedCritical:
		add(Alert{"speed", verdict.Critical, fmt.Sprintf("slower than speech: speed factor %.2f", slowest),
			"use a smaller model, a GPU, or fewer programs beside it", slowest, l.SpeedCritical})
	case slowest < l.SpeedWarning:
		add(Alert{"speed", verdict.Warning, fmt.Sprintf("hardly faster than speech: speed factor %.2f", slowest),
			"use a smaller model, a GPU, or fewer programs beside it", slowest, l.SpeedWarning})
	}
	if v := stats.Mean(measured(streams, latency)); v > l.Latency.Seconds() {
		add(Alert{"latency", verdict.Warning, fmt.Sprintf("text comes %.1f s after the speech on average", v),
			"use a smaller model, or a shorter vf-vad --min-silence", v, l.Latency.Seconds()})
	}
	return alerts
}

// failing judges the failures. A single one is told among the problems; it is no
// rate.
func (l Limits) failing(apart [][]logrecord.Record) []Alert {
	worst, count, n := l.ErrorRate, 0, 0
	for _, readings := range apart {
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
		"the log says why: vf-health analyze groups the errors", worst, l.ErrorRate}}
}

// state judges each process that runs by its last utterance; the worst counts.
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
		alerts = append(alerts, Alert{"memory", verdict.Warning, fmt.Sprintf("%s has grown by %.0f MB beyond its model", grown.Program, v),
			"vf-transcribe loads its model again at --memory-limit; restart it if it goes on", v, l.MemoryMB})
	}
	if n := len(degraded.Degraded); n > 0 {
		alerts = append(alerts, Alert{"degraded", verdict.Warning,
			"the recogniser works without what it was asked for: " + strings.Join(degraded.Degraded, ", "),
			"look at the errors before, mend the device, restart vf-transcribe", float64(n), 0})
	}
	return alerts
}

// lately are the last items that are not too far from now.
func lately(readings []logrecord.Record, now time.Time) []logrecord.Record {
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

// measured are the values of the utterances that have one.
func measured(readings []logrecord.Record, value func(logrecord.Record) float64) []float64 {
	var values []float64
	for _, r := range readings {
		if v := value(r); r.Event == logrecord.Utterance && v > 0 {
			values = append(values, v)
		}
	}
	return values
}
