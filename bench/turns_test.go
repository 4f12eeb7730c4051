package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestQuantile(t *testing.T) {
	for _, tt := range []struct {
		numbers []float64
		q, want float64
	}{
		{nil, 0.5, 0},
		{[]float64{3}, 0.5, 3},
		{[]float64{3}, 0.95, 3},
		{[]float64{9, 1, 5}, 0.5, 5},
		{[]float64{4, 1, 3, 2}, 0.5, 2.5},
		{[]float64{4, 1, 3, 2}, 0, 1},
		{[]float64{4, 1, 3, 2}, 1, 4},
		{[]float64{0, 10}, 0.95, 9.5},
	} {
		before := slices.Clone(tt.numbers)
		if got := quantile(tt.numbers, tt.q); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("quantile %v of %v: got %g, want %g", tt.q, tt.numbers, got, tt.want)
		}
		if !slices.Equal(before, tt.numbers) {
			t.Errorf("the argument %v was changed to %v", before, tt.numbers)
		}
	}
}

func runs(walls ...float64) series {
	var s series
	for _, w := range walls {
		s = append(s, outcome{usage: usage{wall: w, processor: 2 * w, peak: 100 / w}})
	}
	return s
}

// TestRatioTo: the machine is four times slower for one round, which affects both programs but
// not the ratio.
func TestRatioTo(t *testing.T) {
	ours, theirs := runs(1, 4, 1.1), runs(2, 8, 2)
	if got := ours.ratioTo(theirs, wall); got != 0.5 {
		t.Errorf("ratio %g", got)
	}
	if got := ours.ratioTo(theirs, peakMemory); got != 2 {
		t.Errorf("ratio of memory %g", got)
	}
	if got := ours.median(); got.wall != 1.1 || got.processor != 2.2 || got.peak != 100/1.1 {
		t.Errorf("medians %+v", got)
	}
}

// TestTurns runs real programs that record their runs.
func TestTurns(t *testing.T) {
	dir := t.TempDir()
	r, err := newRunner(filepath.Join(dir, "settings"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{runner: r, progress: io.Discard}
	script := func(name string) []string {
		return []string{"sh", "-c", `printf "$1" >>"$2"; wc -c <"$2"`, "sh", name, filepath.Join(dir, "log")}
	}
	all, err := b.takeTurns(context.Background(), 3, script("a"), script("b"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil || string(log) != "abababab" {
		t.Errorf("the runs were %q, %v", log, err)
	}
	if len(all[0]) != 3 || len(all[1]) != 3 || strings.TrimSpace(all[1].last()) != "8" {
		t.Errorf("series %v", all)
	}
	for _, s := range all {
		if u := s.median(); u.wall <= 0 || u.peak <= 0 {
			t.Errorf("usage %+v", u)
		}
	}
	if _, err := b.takeTurns(context.Background(), 1, []string{"sh", "-c", "echo one >&2; echo why >&2; exit 3"}); err == nil ||
		!strings.Contains(err.Error(), "exit status 3: one; why") {
		t.Errorf("a failing program: got error %v", err)
	}
}

func TestRunnerHidesSettings(t *testing.T) {
	t.Setenv("VOICEFLOW_MODEL", "mine.bin")
	t.Setenv("VOICEFLOW_BACKENDS", "/backends")
	r, err := newRunner(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o, err := r.run(context.Background(), []string{"env"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(o.output, "mine.bin") || !strings.Contains(o.output, "VOICEFLOW_BACKENDS=/backends") {
		t.Errorf("the program's environment is\n%s", o.output)
	}
}

// TestResetPeak: a new process inherits its parent's peak, so this process must not keep one
// far above its current memory.
func TestResetPeak(t *testing.T) {
	if _, err := os.Stat("/proc/self/clear_refs"); err != nil {
		t.Skip("only Linux lets a process inherit its parent's peak")
	}
	if large := bytes.Repeat([]byte("large"), 16<<20); len(large) == 0 {
		t.Fatal("no memory")
	}
	resetPeak()
	var peak, now float64
	for name, n := range map[string]*float64{"VmHWM": &peak, "VmRSS": &now} {
		if _, err := fmt.Sscan(field("/proc/self/status", name), n); err != nil {
			t.Fatal(err)
		}
	}
	if peak > now+20000 {
		t.Errorf("the peak is %.0f kB, the current memory %.0f kB", peak, now)
	}
}
