package dashboard

import (
	"encoding/json"
	"testing"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

// addHours adds utterances to a hub, one per minute except for a pause before the
// last hour begins, of a process that refreshes its recogniser every ten.
func addHours(h *hub, from, to time.Time) {
	h.add(logrecord.Record{Time: from, Program: "vf-transcribe", PID: 7, Event: logrecord.Started}, nil)
	for n, at := 0, from; at.Before(to); n, at = n+1, at.Add(time.Minute) {
		if left := to.Sub(at); left > 55*time.Minute && left < 70*time.Minute {
			continue
		}
		h.add(logrecord.Record{Time: at, Program: "vf-transcribe", PID: 7, Event: logrecord.Utterance, ProcessingSeconds: 0.5,
			SpeedFactor: 6, Refreshes: n / 10}, nil)
	}
}

// Each range counts the refreshes of its own period.
func TestRefreshesOfARange(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 30, 0, time.UTC)
	h := newHub(Options{Limits: metrics.DefaultLimits(), Now: func() time.Time { return now }})
	addHours(h, now.Add(-5*time.Hour), now)
	for name, want := range map[string]int{"1h": 7, "6h": 29, "24h": 29} {
		p := h.payload(name)
		most := 0
		for _, n := range p.Chart.Refreshes {
			most = max(most, n)
		}
		if p.Total.Refreshes < want-1 || p.Total.Refreshes > want || most > 3 {
			t.Errorf("%s: %d refreshes, want %d; at most %d in a bucket", name, p.Total.Refreshes, want, most)
		}
	}
}

// Readings from a clock that was ahead, and has been corrected, do not count for
// today.
func TestReadingsFromTheFuture(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 30, 0, time.UTC)
	for _, ahead := range []time.Duration{30 * time.Minute, 24 * time.Hour, 400 * 24 * time.Hour} {
		h := newHub(Options{Limits: metrics.DefaultLimits(), Now: func() time.Time { return now }})
		addHours(h, now.Add(ahead), now.Add(ahead+20*time.Minute))
		for _, r := range ranges {
			p := h.payload(r.name)
			if p.Total.Utterances > 0 || p.Day.Utterances > 0 {
				t.Errorf("%v ahead: %d utterances in %s", ahead, p.Total.Utterances, r.name)
			}
		}
		h.tidy()
		now = now.Add(ahead + time.Hour)
		if p := h.payload("24h"); p.Total.Utterances > 0 {
			t.Errorf("%v ahead: %d utterances later", ahead, p.Total.Utterances)
		}
	}
}

// The largest numbers that a log record may hold can be shown.
func TestLargestNumbers(t *testing.T) {
	now := time.Now()
	h := newHub(Options{Limits: metrics.DefaultLimits(), Now: func() time.Time { return now }})
	for range 1000 {
		h.add(logrecord.Record{Time: now.Add(-time.Minute), Event: logrecord.Utterance, AudioSeconds: 1e9, ProcessingSeconds: 1e9,
			SpeedFactor: 1e9, LatencySeconds: 1e9, MemoryMB: 1e9, GrowthMB: 1e9, CPUPercent: 1e9}, nil)
	}
	if _, err := json.Marshal(h.payload("1h")); err != nil {
		t.Error(err)
	}
}
