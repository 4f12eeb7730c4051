package analysis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/logrecord"
)

func (r *Report) advice() []string {
	ids := []string{}
	for _, a := range r.Recommendations {
		ids = append(ids, a.ID)
	}
	return ids
}

func (r *Report) worse() []string {
	var names []string
	for _, t := range r.Trends {
		if t.Worse {
			names = append(names, t.Measure)
		}
	}
	return names
}

// Noise has no trends and leads to no advice, except perhaps one by chance over
// all measures of many days.
func TestNoise(t *testing.T) {
	found, advised := 0, 0
	const days = 20
	for seed := range uint64(days) {
		r := day(seed).analysed()
		if len(r.Trends) == 0 || r.Decay.Processes != 1 {
			t.Fatal("nothing was tested")
		}
		for _, trend := range r.Trends {
			if trend.Direction != "steady" {
				found++
			}
		}
		advised += len(r.Recommendations)
		if len(r.Changes) != 0 || len(r.Errors) != 0 {
			t.Errorf("seed %d: changes %v, errors %v", seed, r.Changes, r.Errors)
		}
	}
	if found > 1 || advised > 1 {
		t.Errorf("%d trends, %d recommendations in %d days of noise", found, advised, days)
	}
}

func TestSummary(t *testing.T) {
	p := day(1)
	p.start()
	p.event(logrecord.Record{Event: logrecord.Failure, Level: "error", Message: "no"})
	p.event(logrecord.Record{Event: logrecord.Delivery, Program: "vf-paste", Method: "type"})
	p.event(logrecord.Record{Event: logrecord.Delivery, Program: "vf-paste"})
	p.utterance(0, 8, func(r *logrecord.Record) { r.File, r.Retries, r.LatencySeconds = "/home/ann/talk.wav", 2, 0 })
	p.stop(10)
	s := p.analysed().Summary
	if s.Utterances != 1000 || s.Files != 1 || s.Failures != 1 || s.Retries != 2 || s.Deliveries != 2 || s.Kept != 1 ||
		s.Processes != 3 || s.AbnormalEnds != 1 || s.Refreshes != 99 {
		t.Errorf("%+v", s)
	}
	if math.Abs(s.Availability-1001.0/1002) > 1e-9 || !s.From.Equal(morning) {
		t.Errorf("%+v", s)
	}
}

// Percentiles are exact.
func TestPercentiles(t *testing.T) {
	p := day(2)
	var speeds []float64
	for _, r := range p.readings {
		if r.Event == logrecord.Utterance {
			speeds = append(speeds, r.SpeedFactor)
		}
	}
	slices.Sort(speeds)
	got := p.analysed().percentilesOf("speed factor")
	if got.N != 1000 || got.P1 != speeds[9] || got.P50 != speeds[499] || got.P99 != speeds[989] || got.Max != speeds[999] {
		t.Errorf("%+v", got)
	}
}

// A new model at noon is a change with figures, not a trend.
func TestChangeAtNoon(t *testing.T) {
	r := noon(1).analysed()
	if len(r.Changes) != 1 {
		t.Fatalf("%d changes: %v", len(r.Changes), r.Changes)
	}
	c := r.Changes[0]
	at := c.Time.Sub(morning.Add(4 * time.Hour)).Abs()
	if c.Kind != "model" || c.What != "model base.en -> large-v3-turbo" || at > 2*time.Minute ||
		math.Abs(c.Before.Speed-12) > 1 || math.Abs(c.After.Speed-3.1) > 0.3 || c.Before.N != maxCompared {
		t.Errorf("%+v", c)
	}
	if w := r.worse(); len(w) > 0 {
		t.Errorf("the change became a trend: %v", w)
	}
	if !strings.Contains(c.String(), "model base.en -> large-v3-turbo: speed factor 1") {
		t.Errorf("%s", c)
	}
}

// Starting a process again with the same setting is not a change.
func TestProcessesOfOneSetting(t *testing.T) {
	p := generate(4)
	for range 20 {
		p.start()
		for n := range 5 {
			p.utterance(n, 8, nil)
		}
		p.stop(0)
	}
	if r := p.analysed(); len(r.Changes) != 0 || r.Summary.AbnormalEnds != 0 {
		t.Errorf("%v", r.Changes)
	}
}

// A process whose start is not in the logs has an unknown version, which is not a
// change.
func TestUnknownVersion(t *testing.T) {
	p := generate(4)
	p.utterance(0, 8, nil)
	p.start()
	p.utterance(0, 8, nil)
	p.pid++
	p.utterance(0, 8, nil)
	p.pid++
	p.event(logrecord.Record{Event: logrecord.Started, Version: "0.2.0"})
	p.utterance(0, 8, nil)
	if r := p.analysed(); len(r.Changes) != 1 || r.Changes[0].What != "version 0.1.0 -> 0.2.0" {
		t.Errorf("%v", r.Changes)
	}
}

func TestSlowDecay(t *testing.T) {
	p := generate(5)
	p.start()
	for n := range 900 {
		p.utterance(n, 10*(1-0.4*float64(n)/900), func(r *logrecord.Record) { r.GrowthMB += float64(n) / 5 })
	}
	r := p.analysed()
	if r.Decay.Decayed != 1 || r.Decay.Grown != 1 {
		t.Errorf("%+v", r.Decay)
	}
	if w := r.worse(); !slices.Contains(w, "speed factor") || !slices.Contains(w, "memory growth") {
		t.Errorf("trends: %v", w)
	}
	if a := r.advice(); !slices.Contains(a, "decay") || !slices.Contains(a, "memory") {
		t.Errorf("advice: %v", a)
	}
	l := r.Decay.Worst[0]
	if math.Abs(l.SpeedFirst-9.3) > 0.6 || math.Abs(l.SpeedLast-6.7) > 0.6 {
		t.Errorf("%+v", l)
	}
}

func TestErrorGroups(t *testing.T) {
	p := day(6)
	for n := range 30 {
		p.problem("error", "decoding failed: code %d", n)
		if n%2 == 0 {
			p.event(logrecord.Record{Event: logrecord.Failure, Level: "error", File: fmt.Sprintf("/home/ann/take %d.wav", n),
				Message: fmt.Sprintf("/home/ann/take %d.wav: not a WAV file", n)})
		}
		if n%3 == 0 {
			p.problem("warn", "the device %q is slow", strings.Repeat("x", n))
		}
		p.now = p.now.Add(time.Minute)
	}
	r := p.analysed()
	want := []struct {
		message      string
		count, items int
	}{{"decoding failed: code #", 30, 0}, {"PATH: not a WAV file", 15, 15}, {"the device NAME is slow", 10, 0}}
	if len(r.Errors) != len(want) {
		t.Fatalf("%+v", r.Errors)
	}
	for i, w := range want {
		g := r.Errors[i]
		if g.Message != w.message || g.Count != w.count || g.Items != w.items || !g.Last.After(g.First) || g.Example == "" {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
}

func TestGroupsAreBounded(t *testing.T) {
	p := generate(1)
	word := func(n int) string {
		return strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(n))
	}
	for n := range 3 * maxGroups {
		p.problem("error", "%s", word(n))
	}
	if n := len(p.analysed().Errors); n > maxGroups+1 {
		t.Errorf("%d groups", n)
	}
}

func TestGPULost(t *testing.T) {
	p := generate(8)
	p.start()
	for n := range 300 {
		p.utterance(n, 20, func(r *logrecord.Record) { r.Device = "Vulkan0" })
	}
	for n := range 100 {
		p.utterance(300+n, 1.4, func(r *logrecord.Record) { r.Degraded = []string{"gpu -> cpu"} })
	}
	r := p.analysed()
	if d := r.Summary.Degraded; len(d) != 1 || d[0].Items != 100 || d[0].What != "gpu -> cpu" {
		t.Errorf("%+v", d)
	}
	if len(r.Changes) != 1 || r.Changes[0].Kind != "device" || !strings.Contains(r.Changes[0].What, "degraded: gpu -> cpu") {
		t.Errorf("%+v", r.Changes)
	}
	if a := r.advice(); !slices.Contains(a, "degraded") || !slices.Contains(a, "smaller-model") || !slices.Contains(a, "gpu") {
		t.Errorf("%v", a)
	}
}

// A process that is killed logs no stop; the next one starts later.
func TestDeathWithoutStop(t *testing.T) {
	p := generate(9)
	p.start()
	p.utterance(0, 8, nil)
	p.now = p.now.Add(3 * time.Hour)
	p.start()
	p.utterance(0, 8, nil)
	r := p.analysed()
	if len(r.Changes) != 1 || r.Changes[0].Kind != "end" || r.Changes[0].PID != 101 || r.Summary.AbnormalEnds != 1 {
		t.Errorf("%+v", r.Changes)
	}
}

func TestAdvice(t *testing.T) {
	several := func(n int, speed float64, change func(*logrecord.Record)) *generator {
		p := generate(3)
		p.start()
		for i := range n {
			p.utterance(i, speed, change)
		}
		return p
	}
	none := func(*logrecord.Record) {}
	busy := several(0, 0, nil)
	for i := range 50 { // files in sequence, all processors in use
		busy.utterance(i, 9, func(r *logrecord.Record) {
			r.File, r.CPUPercent, r.ProcessingSeconds = "a.wav", 97, 60
		})
	}
	trouble := several(50, 8, none)
	trouble.event(logrecord.Record{Event: logrecord.Problem, Kind: logrecord.DeviceLost, Level: "error"})
	failing := several(50, 8, none)
	for range 5 {
		failing.event(logrecord.Record{Event: logrecord.Failure, Level: "error", Message: "decoding failed"})
	}
	fixed := several(50, 1.1, none)
	for i := range 50 {
		fixed.utterance(i, 9, func(r *logrecord.Record) { r.Model = "tiny.en" })
	}
	for _, tt := range []struct {
		name string
		p    *generator
		want string
	}{
		{"nothing wrong", several(50, 8, none), ""},
		{"slow", several(50, 1.5, none), "smaller-model gpu"},
		{"slow, too few to judge", several(5, 1.5, none), ""},
		{"slow once, fixed by a smaller model", fixed, ""},
		{"late", several(50, 8, func(r *logrecord.Record) { r.LatencySeconds = 1.6 }), "latency"},
		{"doubtful", several(50, 8, func(r *logrecord.Record) { r.Retries = 1 }), "profile"},
		{"large", several(50, 8, func(r *logrecord.Record) { r.GrowthMB = 450 }), "memory"},
		{"queue", several(50, 8, func(r *logrecord.Record) { r.Queue = 9 }), "queue"},
		{"processors", busy, "fewer-threads"},
		{"microphone", trouble, "microphone"},
		{"failures", failing, "failures"},
	} {
		if got := strings.Join(tt.p.analysed().advice(), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestGPUOfTheMachine(t *testing.T) {
	p := generate(1)
	for n := range 20 {
		p.utterance(n, 3, nil)
	}
	c := NewCollector(Options{GPU: "Vulkan0, a card"})
	for _, r := range p.readings {
		c.Add(r, nil)
	}
	r := c.Report()
	if len(r.Recommendations) != 1 || r.Recommendations[0].ID != "gpu" || !strings.Contains(r.Recommendations[0].Reason, "a card") {
		t.Errorf("%+v", r.Recommendations)
	}
}

// A problem is classified by its event alone, whatever its message says.
func TestMicrophoneTroubleIsCounted(t *testing.T) {
	c := NewCollector(Options{Location: time.UTC})
	add := func(event logrecord.Event, message string) {
		t.Helper()
		var line bytes.Buffer
		log := logrecord.New("vf-record", &line)
		e := log.Error()
		if event != "" {
			e.EmbedObject(event)
		}
		e.Msg(message)
		r, ok, err := logrecord.Parse(line.Bytes())
		if !ok || err != nil {
			t.Fatalf("%v, %v: %s", ok, err, &line)
		}
		c.Add(r, nil)
	}
	add("", "the microphone is gone; trying to reconnect") // from an earlier version
	if got := c.Report().advice(); len(got) > 0 {
		t.Errorf("%q", got)
	}
	for _, event := range []logrecord.Event{logrecord.Overflow, logrecord.Overflow, logrecord.Gap, logrecord.DeviceLost, logrecord.DeviceReturned, logrecord.ConfigFallback} {
		add(event, "x")
	}
	r := c.Report()
	want := "overflows: 2, gaps: 1, microphone lost: 1, microphone back: 1"
	if r.Summary.Problems != 7 || len(r.Recommendations) != 1 || r.Recommendations[0].ID != "microphone" || r.Recommendations[0].Reason != want {
		t.Errorf("%d problems: %+v", r.Summary.Problems, r.Recommendations)
	}
}

func TestTimeBounds(t *testing.T) {
	p := day(1)
	c := NewCollector(Options{Since: morning.Add(time.Hour), Until: morning.Add(2 * time.Hour), Location: time.UTC})
	for _, r := range p.readings {
		c.Add(r, nil)
	}
	s := c.Report().Summary
	if s.From.Before(morning.Add(time.Hour)) || !s.To.Before(morning.Add(2*time.Hour)) || s.Utterances < 100 || s.Utterances > 140 {
		t.Errorf("%+v", s)
	}
}

// The order of the readings does not affect the report.
func TestOrder(t *testing.T) {
	p := noon(3)
	want := p.analysed()
	slices.Reverse(p.readings[5:100])
	got := p.analysed()
	got.Made = want.Made
	a, err := json.Marshal(want.Percentiles)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(got.Percentiles)
	if string(a) != string(b) || len(got.Changes) != len(want.Changes) {
		t.Errorf("%s\n%s\n%v", a, b, got.Changes)
	}
}

func TestMalformed(t *testing.T) {
	c := NewCollector(Options{})
	for range 20 {
		c.Add(logrecord.Record{}, errors.New("a.log, line 3: no line of a log\x1b[2J"))
	}
	for _, r := range day(1).readings {
		c.Add(r, nil)
	}
	r := c.Report()
	if r.Summary.Malformed != 20 || len(r.Summary.MalformedExamples) != maxExamples || !slices.Contains(r.advice(), "logs") {
		t.Errorf("%+v %v", r.Summary, r.advice())
	}
	if strings.ContainsRune(r.Summary.MalformedExamples[0], '\x1b') {
		t.Error("a control character came through")
	}
}
