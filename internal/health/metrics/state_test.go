package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/logrecord"
)

// utterance returns a healthy utterance n seconds after noon.
func utterance(n int) logrecord.Record {
	return logrecord.Record{
		Time: noon.Add(time.Duration(n) * time.Second), Program: "vf-transcribe", PID: 7, Event: logrecord.Utterance, ID: n,
		AudioSeconds: 3, ProcessingSeconds: 0.5, SpeedFactor: 6, LatencySeconds: 0.8,
		MemoryMB: 200, GrowthMB: 10, CPUPercent: 40, Model: "base.en", Device: "CPU",
	}
}

func TestAlerts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reading func(i int, r *logrecord.Record)
		want    string // the alert; empty: none
	}{
		{"healthy", func(int, *logrecord.Record) {}, ""},
		{"one slow moment", func(i int, r *logrecord.Record) {
			if i == 5 {
				r.ProcessingSeconds, r.SpeedFactor = 5, 0.6
			}
		}, ""},
		{"slow", func(_ int, r *logrecord.Record) { r.ProcessingSeconds = 2.5 }, "processing critical"},
		{"a long file", func(_ int, r *logrecord.Record) { r.ProcessingSeconds, r.File, r.LatencySeconds = 60, "talk.wav", 0 }, ""},
		{"hardly faster than speech", func(_ int, r *logrecord.Record) { r.SpeedFactor = 1.5 }, "speed warning"},
		{"slower than speech", func(_ int, r *logrecord.Record) { r.SpeedFactor = 0.7 }, "speed critical"},
		{"late", func(_ int, r *logrecord.Record) { r.LatencySeconds = 1.2 }, "latency warning"},
		{"grown", func(_ int, r *logrecord.Record) { r.GrowthMB = 410 }, "memory warning"},
		{"busy", func(_ int, r *logrecord.Record) { r.CPUPercent = 85 }, "cpu warning"},
		{"failing", func(i int, r *logrecord.Record) {
			if i%10 == 3 {
				*r = logrecord.Record{Time: r.Time, Program: r.Program, PID: r.PID, Event: logrecord.Failure}
			}
		}, "errors critical"},
		{"one failure", func(i int, r *logrecord.Record) {
			if i == 20 {
				*r = logrecord.Record{Time: r.Time, Program: r.Program, PID: r.PID, Event: logrecord.Failure}
			}
		}, ""},
		{"degraded", func(_ int, r *logrecord.Record) { r.Degraded = []string{"gpu -> cpu"} }, "degraded warning"},
	} {
		state := NewState(DefaultLimits())
		for i := range 30 {
			r := utterance(i)
			tt.reading(i, &r)
			state.Add(r)
		}
		var got []string
		for _, a := range state.Snapshot(noon.Add(time.Minute), nil).Alerts {
			got = append(got, fmt.Sprintf("%s %s", a.Name, strings.ToLower(a.Status.String())))
			if a.Message == "" || a.Remedy == "" {
				t.Errorf("%s: %+v", tt.name, a)
			}
		}
		if want := slices.DeleteFunc([]string{tt.want}, func(s string) bool { return s == "" }); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tt.name, got, want)
		}
		if a := state.Snapshot(noon.Add(time.Hour), nil).Alerts; len(a) != 0 {
			t.Errorf("%s: alerts from an hour ago: %v", tt.name, a)
		}
	}
}

func TestProcesses(t *testing.T) {
	state := NewState(DefaultLimits())
	for i, r := range []logrecord.Record{
		{Program: "vf-transcribe", PID: 7, Event: logrecord.Started},
		utterance(1),
		{Program: "vf-vad", PID: 8, Event: logrecord.Started},
		{Program: "vf-transcribe", PID: 7, Event: logrecord.Failure, Message: "no"},
		{Program: "vf-transcribe", PID: 7, Event: logrecord.Stopped, ExitCode: 1},
		{Program: "vf-transcribe", PID: 7, Event: logrecord.Started}, // the same PID again
	} {
		r.Time = noon.Add(time.Duration(i) * time.Second)
		state.Add(r)
	}
	s := state.Snapshot(noon.Add(time.Minute), nil)
	if len(s.Processes) != 2 || len(s.Problems) != 1 || len(s.Recent) != 2 || s.Recent[0].Event != logrecord.Failure {
		t.Fatalf("%+v", s)
	}
	if p := s.Processes[0]; p.PID != 7 || p.Utterances != 0 || p.Stopped || !p.Started.Equal(noon.Add(5*time.Second)) {
		t.Errorf("the new run: %+v", p)
	}
	for i := range 1000 {
		r := utterance(i)
		r.PID = i
		state.Add(r)
	}
	if s := state.Snapshot(noon, nil); len(s.Processes) != keptProcesses || len(s.Recent) != keptReadings || s.Recent[0].ID != 999 {
		t.Errorf("%d processes, %d readings, the latest %d", len(s.Processes), len(s.Recent), s.Recent[0].ID)
	}
}

func TestSeries(t *testing.T) {
	s := NewSeries(time.Minute)
	for i := range 3600 {
		r := utterance(i)
		r.Refreshes = i / 100
		s.Add(r)
	}
	s.Add(logrecord.Record{Time: noon.Add(90 * time.Second), Event: logrecord.Failure})
	for _, n := range []int{1, 7, 60, 1000} {
		buckets := s.Buckets(time.Time{}, noon.Add(24*time.Hour), n)
		total, failures, refreshes := 0, 0, 0
		for i, b := range buckets {
			total += b.Utterances
			failures += b.Failures
			refreshes += b.Refreshes
			if i > 0 && !buckets[i-1].Start.Before(b.Start) {
				t.Errorf("buckets of %d are out of order", n)
			}
		}
		if len(buckets) > n+1 || len(buckets) < min(n, 60)/2 || total != 3600 || failures != 1 || refreshes != 35 {
			t.Errorf("%d wanted: %d buckets, %d utterances, %d failures, %d refreshes", n, len(buckets), total, failures, refreshes)
		}
	}
	if got := len(s.Buckets(noon.Add(30*time.Minute), noon.Add(time.Hour), 1000)); got != 30 {
		t.Errorf("%d buckets of half an hour", got)
	}
	s.Forget(noon.Add(50*time.Minute), noon.Add(2*time.Hour))
	if got := len(s.Buckets(time.Time{}, noon.Add(24*time.Hour), 1000)); got != 10 {
		t.Errorf("%d buckets left", got)
	}
}

// A file of an hour does not count among the times of utterances, though it counts otherwise.
func TestSeriesOfFiles(t *testing.T) {
	s := NewSeries(time.Minute)
	s.Add(utterance(1))
	file := utterance(2)
	file.File, file.ProcessingSeconds, file.LatencySeconds = "meeting.wav", 300, 0
	s.Add(file)
	b := Sum(s.Buckets(time.Time{}, noon.Add(time.Hour), 1))
	if b.Utterances != 2 || b.Speed.N != 2 || b.Processing.N != 1 || b.Processing.Max > 1 || b.Latency.N != 1 {
		t.Errorf("%+v", b)
	}
}

func TestDistribution(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var a, b Distribution
	var all []float64
	for i := range 10_000 {
		v := math.Exp(rng.NormFloat64())
		all = append(all, v)
		if i%3 == 0 {
			a.Add(v)
		} else {
			b.Add(v)
		}
	}
	a.Add(math.NaN())
	a.merge(&b)
	slices.Sort(all)
	for _, q := range []float64{0, 0.01, 0.5, 0.95, 1} {
		want := all[int(q*float64(len(all)-1))]
		if got := a.Quantile(q); got < want/1.03 || got > want*1.03 {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if a.N != 10_000 || a.Max != all[len(all)-1] || (&Distribution{}).Quantile(0.5) != 0 || (&Distribution{}).Mean() != 0 {
		t.Errorf("%d values, at most %g", a.N, a.Max)
	}
}
