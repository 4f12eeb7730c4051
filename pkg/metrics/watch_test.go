package metrics

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// Watch tells once that it has caught up: after what was there, before what
// comes later.
func TestWatchCatchesUp(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "vf-transcribe.log")
	for n := range 50 {
		write(t, live, line(n, "utterance", "old"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	read, told := 0, 0
	caughtUp := func() {
		if told++; read != 50 {
			t.Errorf("caught up after %d readings", read)
		}
		write(t, live, line(51, "utterance", "new"))
	}
	for r, err := range Watch(dir, noon, caughtUp)(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; r.Message == "new" {
			write(t, live, line(52, "stopped", "end"))
		}
		if r.Message == "end" {
			break
		}
	}
	if read != 52 || told != 1 {
		t.Errorf("%d readings, told %d times", read, told)
	}
}

// A folder that is not there has nothing to catch up with.
func TestWatchWithoutFolder(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for range Watch(filepath.Join(t.TempDir(), "none"), noon, cancel)(ctx) {
	}
	if ctx.Err() != context.Canceled {
		t.Errorf("not told: %v", ctx.Err())
	}
}

func TestGone(t *testing.T) {
	s := NewState(DefaultLimits())
	for _, r := range []Reading{{Program: "a", PID: 1}, {Program: "b", PID: 2}, {Program: "c", PID: 3, Event: Stopped}, {Program: "d"},
		{Program: "devices", PID: 4, Event: Problem}, {Program: "b", PID: 2, Event: Problem, Level: "error"}, {Program: "b", PID: 2, Event: Utterance}} {
		s.Add(r)
	}
	alive := func(program string, pid int) bool { return program == "a" && pid == 1 }
	for _, p := range s.Snapshot(noon, alive).Processes {
		if p.Gone != (p.Program == "b") {
			t.Errorf("%s: gone %v", p.Program, p.Gone)
		}
		if p.Program == "devices" {
			t.Error("a question that has ended is shown as a run that is gone")
		}
	}
	for _, p := range s.Snapshot(noon, nil).Processes {
		if p.Gone {
			t.Errorf("%s: gone, and nobody can know", p.Program)
		}
	}
}

// However many readings there were, the last 200 are kept, the latest first.
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
		t.Errorf("of nothing: %+v", none)
	}
}
