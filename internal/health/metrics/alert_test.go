package metrics

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/logrecord"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// alertsOf returns the names of the alerts one minute after noon.
func alertsOf(s *State, alive func(string, int) bool) string {
	var names []string
	for _, a := range s.Snapshot(noon.Add(time.Minute), alive).Alerts {
		names = append(names, a.Name)
	}
	return strings.Join(names, " ")
}

// Programs running at the same time do not hide each other's trouble.
func TestAlertsOfSeveralPrograms(t *testing.T) {
	with := func(r logrecord.Record, change func(*logrecord.Record)) logrecord.Record {
		change(&r)
		return r
	}
	file := func(n int) logrecord.Record {
		return with(utterance(n), func(r *logrecord.Record) { r.File, r.PID, r.LatencySeconds, r.ProcessingSeconds = "a.wav", 8, 0, 60 })
	}
	failed := func(n int, file string) logrecord.Record {
		return logrecord.Record{Time: utterance(n).Time, Program: "vf-transcribe", PID: 7, Event: logrecord.Failure, File: file}
	}
	many := func(n int, of func(int) logrecord.Record) (all []logrecord.Record) {
		for i := range n {
			all = append(all, of(i))
		}
		return all
	}
	grown := with(utterance(1), func(r *logrecord.Record) { r.GrowthMB = 480 })
	degraded := with(utterance(1), func(r *logrecord.Record) { r.Degraded = []string{"gpu -> cpu"} })
	other := with(utterance(2), func(r *logrecord.Record) { r.PID = 8 })
	late := func(n int) logrecord.Record {
		return with(utterance(n), func(r *logrecord.Record) { r.ProcessingSeconds, r.SpeedFactor, r.LatencySeconds = 4, 0.8, 5 })
	}
	stopped := logrecord.Record{Time: utterance(3).Time, Program: "vf-transcribe", PID: 7, Event: logrecord.Stopped}
	for _, tt := range []struct {
		name     string
		readings []logrecord.Record
		want     string
	}{
		{"one has grown, the other spoke last", []logrecord.Record{grown, other}, "memory"},
		{"one is degraded, the other spoke last", []logrecord.Record{degraded, other}, "degraded"},
		{"one has grown, and was stopped", []logrecord.Record{grown, other, stopped}, ""},
		{"one had grown, and has loaded its model again", []logrecord.Record{grown, utterance(2)}, ""},
		{"dictation during a batch", append(many(5, late), many(40, file)...), "processing speed latency"},
		{"a batch during dictation", append(many(5, utterance), many(40, file)...), ""},
		{"a slow batch during dictation", append(many(5, func(n int) logrecord.Record {
			return with(file(n), func(r *logrecord.Record) { r.SpeedFactor = 0.5 })
		}), many(40, utterance)...), "speed"},
		{"one slow file during dictation", append(many(1, func(n int) logrecord.Record {
			return with(file(n), func(r *logrecord.Record) { r.SpeedFactor = 0.5 })
		}), many(10, utterance)...), ""},
		{"a batch fails during dictation", append(many(3, func(n int) logrecord.Record { return failed(n, "a.wav") }), many(40, utterance)...), "errors"},
		{"two mistyped names long before", append(many(2, func(n int) logrecord.Record { return failed(n, "a.wav") }), many(40, utterance)...), ""},
		{"dictation fails during a batch", append(many(2, func(n int) logrecord.Record { return failed(n, "") }), many(40, file)...), "errors"},
		{"a single failure", many(1, func(n int) logrecord.Record { return failed(n, "") }), ""},
		{"a clock that was a day ahead", many(30, func(n int) logrecord.Record {
			return with(late(n), func(r *logrecord.Record) { r.Time = r.Time.Add(24 * time.Hour) })
		}), ""},
	} {
		s := NewState(DefaultLimits())
		for _, r := range tt.readings {
			s.Add(r)
		}
		if got := alertsOf(s, nil); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	s := NewState(DefaultLimits())
	s.Add(grown)
	s.Add(other)
	if got := alertsOf(s, func(_ string, pid int) bool { return pid == 8 }); got != "" {
		t.Errorf("one has grown and is gone: %q", got)
	}
}

func TestDegradedMessage(t *testing.T) {
	s := NewState(DefaultLimits())
	r := utterance(1)
	r.Degraded = []string{"gpu -> cpu", "beam -> greedy"}
	s.Add(r)
	got := fmt.Sprint(s.Snapshot(noon, nil).Alerts)
	if !strings.Contains(got, "requested: gpu -> cpu, beam -> greedy ") {
		t.Error(got)
	}
}

// A running process stays listed, however many others have come and gone.
func TestRunningProcessesAreKept(t *testing.T) {
	s := NewState(DefaultLimits())
	s.Add(logrecord.Record{Time: noon, Program: "vf-record", PID: 1, Event: logrecord.Started})
	for i := range 60 {
		for _, program := range []string{"vf-health", "vf-transcribe"} {
			for _, event := range []logrecord.Event{logrecord.Started, logrecord.Stopped} {
				s.Add(logrecord.Record{Time: noon, Program: program, PID: 100 + i, Event: event})
			}
		}
	}
	s.Add(logrecord.Record{Time: noon, Program: "vf-health", PID: 200, Event: logrecord.Problem, Level: "warn", Message: "no backup"})
	snapshot := s.Snapshot(noon, nil)
	found := false
	for _, p := range snapshot.Processes {
		found = found || p.Program == "vf-record"
		if p.Program == "vf-health" {
			t.Errorf("vf-health's own run: %+v", p)
		}
	}
	if !found || len(snapshot.Processes) != keptProcesses || len(snapshot.Problems) != 1 {
		t.Errorf("vf-record: %v, %d processes, %d problems", found, len(snapshot.Processes), len(snapshot.Problems))
	}
}

func TestFilesAreNamedWithoutTheirFolders(t *testing.T) {
	s := NewState(DefaultLimits())
	s.Add(logrecord.Record{Time: noon, Event: logrecord.Utterance, File: "/home/you/secret/a.wav"})
	s.Add(logrecord.Record{Time: noon, Event: logrecord.Failure, File: "/home/you/secret/b.wav"})
	snapshot := s.Snapshot(noon, nil)
	if snapshot.Recent[0].File != "b.wav" || snapshot.Recent[1].File != "a.wav" || snapshot.Problems[0].File != "b.wav" {
		t.Errorf("%+v", snapshot)
	}
}

// A process counts its refreshes from its start; a chart shows those of each
// interval.
func TestRefreshesOfAProcess(t *testing.T) {
	at := func(minutes, refreshes int) logrecord.Record {
		return logrecord.Record{Time: noon.Add(time.Duration(minutes) * time.Minute), PID: 7, Event: logrecord.Utterance, Refreshes: refreshes}
	}
	for _, tt := range []struct {
		name          string
		before, after []logrecord.Record // before is too old to be counted
		want          int
	}{
		{"its start is not in the logs", nil, []logrecord.Record{at(0, 500), at(1, 501)}, 1},
		{"its start is too old", []logrecord.Record{{PID: 7, Event: logrecord.Started}, at(-9, 300)}, []logrecord.Record{at(0, 301), at(1, 301)}, 1},
		{"it has started since", []logrecord.Record{at(-9, 300)}, []logrecord.Record{{PID: 7, Event: logrecord.Started}, at(0, 2)}, 2},
		{"its number was another's before", nil, []logrecord.Record{at(0, 300), {PID: 7, Event: logrecord.Started}, at(1, 1)}, 1},
	} {
		s := NewSeries(time.Minute)
		for _, r := range tt.before {
			s.Skip(r)
		}
		for _, r := range tt.after {
			s.Add(r)
		}
		got := Sum(s.Buckets(time.Time{}, noon.Add(time.Hour), 1000)).Refreshes
		if got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestBucketsEndNow(t *testing.T) {
	s := NewSeries(time.Minute)
	for _, minutes := range []int{-1, 0, 1, 60} {
		r := utterance(0)
		r.Time = noon.Add(time.Duration(minutes) * time.Minute)
		s.Add(r)
	}
	if got := Sum(s.Buckets(time.Time{}, noon, 1000)).Utterances; got != 2 {
		t.Errorf("%d utterances until now", got)
	}
	s.Forget(noon, noon.Add(time.Minute))
	if got := Sum(s.Buckets(time.Time{}, noon.Add(24*time.Hour), 1000)).Utterances; got != 2 {
		t.Errorf("%d utterances are kept", got)
	}
}

// TestReplayedRaisesNoAlerts: audio that arrives faster than it was spoken is a
// batch, and no user is waiting for its text.
func TestReplayedRaisesNoAlerts(t *testing.T) {
	now := time.Now()
	for replayed, want := range map[bool][]string{false: {"processing", "latency"}, true: nil} {
		s := NewState(DefaultLimits())
		for i := range AlertReadings {
			line := fmt.Sprintf(`{"time":%q,"tool":"vf-transcribe","pid":1,"event":"utterance","id":%d,"audio_seconds":60,"processing_seconds":5,"speed_factor":12,"latency_seconds":30,"replayed":%v}`,
				now.Format(time.RFC3339), i, replayed)
			r, ok, err := logrecord.Parse([]byte(line))
			if !ok || err != nil || r.Replayed != replayed {
				t.Fatalf("%v, %v, %+v", ok, err, r)
			}
			s.Add(r)
		}
		var got []string
		for _, a := range s.Snapshot(now, nil).Alerts {
			got = append(got, a.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("replayed %v: %q, want %q", replayed, got, want)
		}
	}
}

func TestAlertJSON(t *testing.T) {
	const want = `{"name":"speed","severity":"critical","message":"slow","remedy":"a GPU","value":0.5,"limit":1}`
	if got, err := json.Marshal(Alert{"speed", verdict.Critical, "slow", "a GPU", 0.5, 1}); err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}
