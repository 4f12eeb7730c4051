package check

import (
	"math"
	"strings"
	"testing"

	"voiceflow/internal/health/verdict"
)

func TestParseThreshold(t *testing.T) {
	percent := Threshold{Unit: Percent}
	times := Threshold{Unit: Seconds}
	sizes := Threshold{Unit: MB}
	factor := Threshold{}
	falling := Threshold{Falling: true}
	for _, tt := range []struct {
		kind    Threshold
		in      string
		want    string // as String returns it
		problem string
	}{
		{percent, "15%:30%", "15%:30%", ""},
		{percent, " 15 % : 30 % ", "15%:30%", ""},
		{percent, "0%:5%", "0%:5%", ""},
		{percent, "15:30", "", `"15" is not a percentage`},
		{percent, "15MB:30MB", "", "percentage, such as 1%:2%"},
		{percent, "15%", "", "no second limit"},
		{percent, "30%:15%", "", "must not be above"},
		{percent, "-1%:5%", "", "0 to 1e12"},
		{percent, "NaN%:5%", "", "0 to 1e12"},
		{percent, "1%:2%:3%", "", "percentage"},
		{times, "1s:2s", "1s:2s", ""},
		{times, "200ms:1m", "0.2s:60s", ""},
		{times, "1:2", "", `"1" is not a time with a unit, such as 1s:2s`},
		{sizes, "400MB:500MB", "400MB:500MB", ""},
		{sizes, "0.25MB:0.75MB", "0.25MB:0.75MB", ""},
		{sizes, "400:500MB", "", "number of MB"},
		{factor, "1.5:2.5", "1.5:2.5", ""},
		{factor, "1.5x:2.5x", "", "bare number, such as 1:2"},
		{falling, "2:1", "2:1", ""},
		{falling, "1:2", "", "less is worse"},
		{falling, "a:b", "", "such as 2:1"},
		{factor, "", "", "no second limit"},
	} {
		got, err := tt.kind.Parse(tt.in)
		if tt.problem == "" && (err != nil || got.String() != tt.want) {
			t.Errorf("%q: %v, %v", tt.in, got, err)
		}
		if tt.problem != "" && (err == nil || !strings.Contains(err.Error(), tt.problem)) {
			t.Errorf("%q: %v, want %q", tt.in, err, tt.problem)
		}
	}
}

func TestThresholdJudge(t *testing.T) {
	rising := Threshold{Warning: 1, Critical: 2}
	falling := Threshold{Warning: 2, Critical: 1, Falling: true}
	for _, tt := range []struct {
		limit Threshold
		v     float64
		want  verdict.Status
	}{
		{rising, 1, verdict.OK}, {rising, 1.1, verdict.Warning}, {rising, 2, verdict.Warning}, {rising, 2.1, verdict.Critical}, {rising, math.NaN(), verdict.Critical},
		{falling, 2, verdict.OK}, {falling, 1.9, verdict.Warning}, {falling, 1, verdict.Warning}, {falling, 0.9, verdict.Critical}, {falling, math.NaN(), verdict.Critical},
	} {
		if got := tt.limit.Judge(tt.v); got != tt.want {
			t.Errorf("%v judges %v as %v", tt.limit, tt.v, got)
		}
	}
}

func TestDefaultLimitsCanBeWritten(t *testing.T) {
	limits := DefaultLimits()
	for _, l := range limits.Named() {
		if got, err := l.Parse(l.String()); err != nil || got != *l.Threshold {
			t.Errorf("--%s %s: %v, %v", l.Name, l.Threshold, got, err)
		}
	}
}

func FuzzParseThreshold(f *testing.F) {
	for _, s := range []string{"15%:30%", "1s:2s", "400MB:500MB", "2:1", "1e3:2e3", ":", "0x1p-2:1", "1h:2h"} {
		for unit := range 8 {
			f.Add(unit, s)
		}
	}
	units := []Unit{Percent, Seconds, MB, Factor}
	f.Fuzz(func(t *testing.T, kind int, s string) {
		limit := Threshold{Unit: units[kind&3], Falling: kind&4 != 0}
		got, err := limit.Parse(s)
		if err != nil {
			return
		}
		if got.Judge(got.Warning) != verdict.OK || got.Judge(got.Critical) == verdict.Critical {
			t.Errorf("%q: a value on a limit is not within it: %v", s, got)
		}
		again, err := limit.Parse(got.String())
		if err != nil {
			t.Fatalf("%q became %q: %v", s, got, err)
		}
		// A duration is read to the nanosecond.
		if math.Abs(again.Warning-got.Warning) > 1e-9*max(1, got.Warning) || math.Abs(again.Critical-got.Critical) > 1e-9*max(1, got.Critical) {
			t.Errorf("%q became %v, then %v", s, got, again)
		}
	})
}
