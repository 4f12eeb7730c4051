package dashboard

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

// payload is what the page shows: buckets, and single utterances only for the
// latest. Times are milliseconds since 1970.
type payload struct {
	Time    int64    `json:"time"`
	Folder  string   `json:"folder"`
	Done    bool     `json:"done"` // the existing logs have been read
	UpTo    int64    `json:"up_to"`
	Broken  int      `json:"broken"`
	LastErr string   `json:"last_error"`
	Range   string   `json:"range"`
	From    int64    `json:"from"`
	Width   int64    `json:"width"` // of a chart's point
	Limits  limits   `json:"limits"`
	Chart   *chart   `json:"chart"`
	Total   summary  `json:"total"`
	Day     summary  `json:"day"`    // the last 24 hours
	Before  *summary `json:"before"` // the 24 hours before that, if anything was logged then

	Alerts    []metrics.Alert   `json:"alerts"`
	Processes []metrics.Process `json:"processes"`
	Recent    []item            `json:"recent"`
	Problems  []problem         `json:"problems"`
	Checks    []Check           `json:"checks"`
}

type limits struct {
	Processing float64 `json:"processing"`
	Speed      float64 `json:"speed"`
	Latency    float64 `json:"latency"`
	MemoryMB   float64 `json:"memory"`
	CPUPercent float64 `json:"cpu"`
}

// chart has one value per bucket in each list.
type chart struct {
	Time       []int64   `json:"time"`
	Utterances []int     `json:"utterances"`
	Failures   []int     `json:"failures"`
	Processing []float64 `json:"processing"`
	Slowest    []float64 `json:"processing95"`
	Latency    []float64 `json:"latency"`
	Latest     []float64 `json:"latency95"`
	Speed      []float64 `json:"speed"`
	SpeedLow   []float64 `json:"speed5"`
	MemoryMB   []float64 `json:"memory"`
	GrowthMB   []float64 `json:"growth"`
	CPUPercent []float64 `json:"cpu"`
	Refreshes  []int     `json:"refreshes"`
	Retries    []int     `json:"retries"`
	Queue      []int     `json:"queue"`
}

// summary summarises all buckets of a period.
type summary struct {
	Utterances   int     `json:"utterances"`
	Failures     int     `json:"failures"`
	Problems     int     `json:"problems"` // including failures
	Refreshes    int     `json:"refreshes"`
	AudioSeconds float64 `json:"audio_seconds"`
	Processing   float64 `json:"processing"` // median, seconds
	Slowest      float64 `json:"processing95"`
	Latency      float64 `json:"latency"`
	Latest       float64 `json:"latency95"`
	Speed        float64 `json:"speed"`
	SpeedLow     float64 `json:"speed5"`
	MemoryMB     float64 `json:"memory"`
	CPUPercent   float64 `json:"cpu"`
}

// item is an utterance or a file; its text is not in the logs.
type item struct {
	Time       int64   `json:"time"`
	Name       string  `json:"name"`
	Failed     bool    `json:"failed"`
	Audio      float64 `json:"audio"`
	Processing float64 `json:"processing"`
	Speed      float64 `json:"speed"`
	Latency    float64 `json:"latency"`
	Retries    int     `json:"retries"`
	Model      string  `json:"model"`
	Device     string  `json:"device"`
}

// problem is a message and how often it was logged.
type problem struct {
	Time    int64  `json:"time"` // of the latest
	Program string `json:"program"`
	Level   string `json:"level"`
	Message string `json:"message"`
	Count   int    `json:"count"`
}

// maxListed bounds the lists of utterances and problems.
const maxListed = 30

// data returns the payload of a range as JSON.
func (h *hub) data(name string) ([]byte, error) {
	data, err := json.Marshal(h.payload(name))
	if err != nil {
		return nil, fmt.Errorf("dashboard: %w", err)
	}
	return data, nil
}

func (h *hub) payload(name string) *payload {
	now := h.options.Now()
	i := rangeIndex(name)
	r := ranges[i]
	from := now.Add(-r.long).Truncate(r.width)
	h.mu.Lock()
	buckets := h.series[i].Buckets(from, now, math.MaxInt32) // no merging
	days := h.series[dayRange].Buckets(now.Add(-2*ranges[dayRange].long), now, math.MaxInt32)
	snapshot := h.state.Snapshot(now, h.options.Alive)
	if h.options.Server != nil {
		snapshot.AddServer(h.options.Server())
	}
	p := &payload{
		Time: now.UnixMilli(), Folder: h.options.Logs, Done: h.done, UpTo: h.upTo.UnixMilli(),
		Broken: h.broken, LastErr: h.lastErr, Range: r.name, From: from.UnixMilli(), Width: r.width.Milliseconds(),
		Alerts: snapshot.Alerts, Checks: h.checks.last,
	}
	h.mu.Unlock()

	l := h.options.Limits
	p.Limits = limits{l.Processing.Seconds(), l.SpeedCritical, l.Latency.Seconds(), l.MemoryMB, l.CPUPercent}
	p.Chart, p.Total = newChart(buckets), summarise(buckets)
	p.Day, p.Before = trend(days, now.Add(-ranges[dayRange].long).Truncate(ranges[dayRange].width))
	p.Processes = snapshot.Processes
	p.Recent, p.Problems = items(snapshot.Recent), problems(snapshot.Problems)
	if p.Checks == nil {
		p.Checks = []Check{}
	}
	return p
}

func rangeIndex(name string) int {
	for i, r := range ranges {
		if r.name == name {
			return i
		}
	}
	return dayRange
}

// trend summarises the buckets since a time and those before it; before is nil if
// there are none.
func trend(days []metrics.Bucket, since time.Time) (day summary, before *summary) {
	n := 0
	for n < len(days) && days[n].Start.Before(since) {
		n++
	}
	if earlier := summarise(days[:n]); earlier.Utterances > 0 {
		before = &earlier
	}
	return summarise(days[n:]), before
}

func summarise(buckets []metrics.Bucket) summary {
	b := metrics.Sum(buckets)
	return summary{
		Utterances: b.Utterances, Failures: b.Failures, Problems: b.Problems + b.Failures, Refreshes: b.Refreshes,
		AudioSeconds: round(b.Audio),
		Processing:   round(b.Processing.Quantile(0.5)), Slowest: round(b.Processing.Quantile(0.95)),
		Latency: round(b.Latency.Quantile(0.5)), Latest: round(b.Latency.Quantile(0.95)),
		Speed: round(b.Speed.Quantile(0.5)), SpeedLow: round(b.Speed.Quantile(0.05)),
		MemoryMB: round(b.MemoryMB), CPUPercent: round(b.CPUPercent),
	}
}

func newChart(buckets []metrics.Bucket) *chart {
	c := &chart{Time: []int64{}}
	for i := range buckets {
		s, b := summarise(buckets[i:i+1]), &buckets[i]
		c.Time = append(c.Time, b.Start.UnixMilli())
		c.Utterances, c.Failures = append(c.Utterances, b.Utterances), append(c.Failures, b.Failures)
		c.Processing, c.Slowest = append(c.Processing, s.Processing), append(c.Slowest, s.Slowest)
		c.Latency, c.Latest = append(c.Latency, s.Latency), append(c.Latest, s.Latest)
		c.Speed, c.SpeedLow = append(c.Speed, s.Speed), append(c.SpeedLow, s.SpeedLow)
		c.MemoryMB, c.GrowthMB = append(c.MemoryMB, s.MemoryMB), append(c.GrowthMB, round(b.GrowthMB))
		c.CPUPercent = append(c.CPUPercent, s.CPUPercent)
		c.Refreshes, c.Retries = append(c.Refreshes, b.Refreshes), append(c.Retries, b.Retries)
		c.Queue = append(c.Queue, b.Queue)
	}
	return c
}

func items(recent []logrecord.Record) []item {
	all := []item{}
	for _, r := range recent[:min(maxListed, len(recent))] {
		all = append(all, item{
			Time: r.Time.UnixMilli(), Name: r.Item(), Failed: r.Event == logrecord.Failure, Audio: round(r.AudioSeconds),
			Processing: round(r.ProcessingSeconds), Speed: round(r.SpeedFactor), Latency: round(r.LatencySeconds),
			Retries: r.Retries, Model: r.Model, Device: r.Device,
		})
	}
	return all
}

// problems groups equal messages, the latest first.
func problems(readings []logrecord.Record) []problem {
	all := []problem{}
	for _, r := range readings {
		same := func(p problem) bool { return p.Program == r.Program && p.Level == r.Level && p.Message == r.Message }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].Count++
		} else {
			all = append(all, problem{r.Time.UnixMilli(), r.Program, r.Level, r.Message, 1})
		}
	}
	return all[:min(maxListed, len(all))]
}

// round rounds to three decimals, which is enough for every chart.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }
