package analysis

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

// report returns the report on the readings with the given options.
func (p *generator) report(o Options) *Report {
	if o.Location == nil {
		o.Location = time.UTC
	}
	c := NewCollector(o)
	for _, r := range p.readings {
		c.Add(r, nil)
	}
	return c.Report()
}

// Slow work is found even if the start of its process is not in the logs or not
// in the requested period.
func TestSlowWithoutAStart(t *testing.T) {
	p := generate(1)
	for n := range 50 {
		p.utterance(n, 1.2, nil) // the start was rotated away
	}
	p.stop(0)
	p.start()
	for n := range 5 {
		p.utterance(n, 1.2, nil)
	}
	r := p.analysed()
	if a := r.advice(); !slices.Contains(a, "smaller-model") || len(r.Changes) != 0 {
		t.Errorf("%v, %v", a, r.Changes)
	}

	p = generate(1)
	p.start()
	p.utterance(0, 8, nil)
	since := p.now.Add(time.Second)
	for n := range 50 {
		p.utterance(n, 1.2, nil)
	}
	p.stop(0)
	p.start()
	p.utterance(0, 1.2, nil)
	if a := p.report(Options{Since: since}).advice(); !slices.Contains(a, "smaller-model") {
		t.Errorf("since: %v", a)
	}
}

// A problem that a new version has fixed is not reported, even if the old version
// was started before the requested period.
func TestVersionBeforeSince(t *testing.T) {
	p := generate(1)
	p.start()
	since := p.now.Add(time.Second)
	for n := range 50 {
		p.utterance(n, 1.2, nil)
	}
	p.stop(0)
	p.pid++
	p.event(logrecord.Record{Event: logrecord.Started, Version: "0.2.0"})
	for n := range 50 {
		p.utterance(n, 8, nil)
	}
	r := p.report(Options{Since: since})
	if len(r.Recommendations) != 0 || len(r.Changes) != 1 || r.Changes[0].What != "version 0.1.0 -> 0.2.0" {
		t.Errorf("%v, %v", r.advice(), r.Changes)
	}
}

// A process that is still running has not ended.
func TestNoEnd(t *testing.T) {
	idle := generate(1) // an idle service, and a file transcribed meanwhile
	idle.start()
	idle.utterance(0, 8, nil)
	service := idle.pid
	idle.now = idle.now.Add(2 * time.Hour)
	idle.start()
	idle.now = idle.now.Add(2 * time.Hour)
	idle.stop(0)
	alive := func(_ string, pid int) bool { return pid == service }
	if r := idle.report(Options{Alive: alive}); r.Summary.AbnormalEnds != 0 {
		t.Errorf("still running: %v", r.Changes)
	}
	if r := idle.report(Options{Alive: func(string, int) bool { return false }}); r.Summary.AbnormalEnds != 1 {
		t.Errorf("not running: %v", r.Changes)
	}

	later := generate(1)
	later.start()
	later.utterance(0, 8, nil)
	first := later.pid
	later.now = later.now.Add(2 * time.Hour)
	later.start()
	later.now = later.now.Add(2 * time.Hour)
	until := later.now
	later.pid = first
	later.stop(0)
	if r := later.report(Options{Until: until}); r.Summary.AbnormalEnds != 0 || !r.Summary.To.Before(until) {
		t.Errorf("stops after Until: %v", r.Changes)
	}

	// Two machines whose processes have the same PIDs.
	machines := generate(1)
	for hour := range 4 {
		for _, folder := range []string{"a", "b"} {
			n := len(machines.readings)
			if hour == 0 {
				machines.pid = 100
				machines.start()
			} else {
				machines.pid = 101
				machines.utterance(hour, 8, nil)
			}
			if hour == 3 {
				machines.stop(0)
			}
			for i := range machines.readings[n:] {
				machines.readings[n+i].Folder = folder
			}
		}
		machines.now = machines.now.Add(90 * time.Minute)
	}
	if s := machines.analysed().Summary; s.AbnormalEnds != 0 || s.Processes != 2 {
		t.Errorf("two machines: %+v", s)
	}
}

func TestHeadline(t *testing.T) {
	failed := generate(1)
	failed.start()
	for range 2 {
		failed.event(logrecord.Record{Event: logrecord.Failure, Level: "error", Message: "no"})
	}
	idle := generate(1)
	idle.start()
	idle.stop(0)
	once := day(1)
	once.event(logrecord.Record{Event: logrecord.Failure, Level: "error", Message: "no"})
	for range 20 {
		once.readings = append(once.readings, day(2).readings...)
	}
	for _, tt := range []struct {
		name                 string
		p                    *generator
		line, no, text, page string
	}{
		{"failures alone", failed, "0.0 % succeeded, too few items to judge", "all is well", "0.00 %: 2 failures", "0.00 %"},
		{"starts and stops alone", idle, "0 utterances, too few items to judge", "all is well", "availability  -: 0 failures", "-"},
		{"one failure in 21,000 items", once, "99.9 % succeeded, speed factor", "too few", "99.99 %: 1 failure;", "99.99 %"},
		{"a good day", day(1), "100.0 % succeeded, speed factor", "too few", "100.00 %: 0 failures", "100.00 %"},
	} {
		r := tt.p.analysed()
		var b, page bytes.Buffer
		if err := r.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		if h := r.Headline(); !strings.Contains(h, tt.line) || strings.Contains(h, tt.no) || !strings.Contains(b.String(), tt.text) {
			t.Errorf("%s: %s", tt.name, b.String())
		}
		if err := r.WriteHTML(&page, metrics.DefaultLimits()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page.String(), "<dt>Availability</dt><dd>"+tt.page+"</dd>") {
			t.Errorf("%s: the page has no availability of %s", tt.name, tt.page)
		}
		if strings.Contains(page.String(), ">1 failures<") {
			t.Errorf("%s: the page says \"1 failures\"", tt.name)
		}
	}
}

// A clock that is centuries off does not break the report and its plots.
func TestCenturies(t *testing.T) {
	for _, year := range []int{1, 1700, 1970, 2099, 9999} {
		p := generate(1)
		p.now = time.Date(year, 1, 2, 3, 4, 5, 0, time.UTC)
		p.utterance(0, 8, nil)
		p.now = morning
		for n := range 300 {
			p.utterance(n, 8, nil)
			p.now = p.now.Add(2 * time.Hour)
		}
		r := p.analysed()
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%d: %v", year, err)
		}
		var b bytes.Buffer
		if err := r.WriteHTML(&b, metrics.DefaultLimits()); err != nil || strings.Contains(b.String(), "NaN") {
			t.Errorf("%d: %v", year, err)
		}
		for _, line := range r.Series.Measures {
			if len(line.Points) > maxPoints {
				t.Errorf("%d: %d points", year, len(line.Points))
			}
		}
	}
}

func TestTicksAreBounded(t *testing.T) {
	for _, ends := range [][2]float64{{-62135596800, unixSeconds(morning)}, {0, 4e12}, {-1e300, 1e300}, {0, 0}} {
		if n := len(timeTicks{time.UTC}.Ticks(ends[0], ends[1])); n > 3*wantedTicks {
			t.Errorf("%v: %d ticks", ends, n)
		}
	}
}

// A day is one interval even when the clocks change, and no interval of hours is
// split in two.
func TestDaylightSaving(t *testing.T) {
	place, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	for _, change := range []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, place), time.Date(2026, 10, 25, 0, 0, 0, 0, place)} {
		for width, want := range map[time.Duration]int{24 * time.Hour: 1, 12 * time.Hour: 2, 6 * time.Hour: 4} {
			starts := map[time.Time]bool{}
			for at := change; at.Before(change.AddDate(0, 0, 1)); at = at.Add(10 * time.Minute) {
				start := truncate(at, width)
				starts[start] = true
				if start.After(at) {
					t.Errorf("%v begins after %v", start, at)
				}
			}
			if len(starts) != want {
				t.Errorf("%v in %v: %d intervals, want %d: %v", change, width, len(starts), want, starts)
			}
		}
		if start := truncate(change.Add(12*time.Hour), 7*24*time.Hour); start.Weekday() != time.Monday || start.Hour() != 0 {
			t.Errorf("a week begins on %v", start)
		}
	}
}
