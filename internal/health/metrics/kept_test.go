package metrics

import (
	"testing"
	"time"

	"voiceflow/internal/logrecord"
)

func TestGone(t *testing.T) {
	s := NewState(DefaultLimits())
	for _, r := range []logrecord.Record{{Program: "a", PID: 1}, {Program: "b", PID: 2}, {Program: "c", PID: 3, Event: logrecord.Stopped}, {Program: "d"},
		{Program: "devices", PID: 4, Event: logrecord.Problem}, {Program: "b", PID: 2, Event: logrecord.Problem, Level: "error"}, {Program: "b", PID: 2, Event: logrecord.Utterance}} {
		s.Add(r)
	}
	alive := func(program string, pid int) bool { return program == "a" && pid == 1 }
	for _, p := range s.Snapshot(noon, alive).Processes {
		if p.Gone != (p.Program == "b") {
			t.Errorf("%s: gone %v", p.Program, p.Gone)
		}
		if p.Program == "devices" {
			t.Error("a command that only lists devices is shown as a run that is gone")
		}
	}
	for _, p := range s.Snapshot(noon, nil).Processes {
		if p.Gone {
			t.Errorf("%s: gone, which cannot be determined", p.Program)
		}
	}
}

// However many readings there are, the last 200 are kept, latest first.
func TestLastReadingsAreKept(t *testing.T) {
	for _, n := range []int{0, 1, 199, 200, 201, 399, 400, 401, 1234} {
		s := NewState(DefaultLimits())
		for i := range n {
			s.Add(utterance(i))
		}
		got := s.Snapshot(noon, nil).Recent
		if len(got) != min(n, 200) {
			t.Fatalf("%d of %d", len(got), n)
		}
		for i, r := range got {
			if r.ID != utterance(n-1-i).ID {
				t.Fatalf("%d readings: number %d is %d", n, i, r.ID)
			}
		}
	}
}

func TestSum(t *testing.T) {
	s := NewSeries(time.Minute)
	for i := range 100 {
		r := utterance(i)
		r.Time = noon.Add(time.Duration(i) * 10 * time.Second)
		r.ProcessingSeconds = float64(i + 1)
		s.Add(r)
	}
	all := s.Buckets(noon, noon.Add(time.Hour), 1000)
	sum := Sum(all)
	if sum.Utterances != 100 || sum.Processing.Max != 100 || !sum.Start.Equal(noon) {
		t.Errorf("%+v", sum)
	}
	if q := sum.Processing.Quantile(0.5); q < 47 || q > 54 {
		t.Errorf("median %g", q)
	}
	if all[0].Utterances != 6 {
		t.Errorf("the first bucket was changed: %+v", all[0])
	}
	if none := Sum(nil); none.Utterances != 0 || none.Processing.Quantile(0.5) != 0 {
		t.Errorf("sum of no buckets: %+v", none)
	}
}
