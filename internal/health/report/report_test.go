package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"voiceflow/internal/health/check"
	"voiceflow/internal/health/verdict"
)

// sample returns a report with a bit of everything, including text that must not
// reach a terminal or break a format.
func sample() *check.Report {
	limits := check.DefaultLimits()
	r := &check.Report{
		Time: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Version: "1.2.3", Suites: []string{check.Timing, check.Performance},
		Model: "demo", Device: "CPU", Seconds: 12.5, Summary: "5 recordings, 0.9 % of 57 words wrong",
		Measures: []check.Measure{
			{Suite: check.Timing, Name: "wer", Value: 25, Unit: check.Percent, Limit: &limits.WordsWrong},
			{Suite: check.Timing, Name: "wer", Subject: "rapid", Value: 3, Unit: check.Percent, Limit: &limits.WordsWrong},
			{Suite: check.Timing, Name: "speed", Value: 48, Limit: &limits.SpeedFactor},
			{Suite: check.Timing, Name: "latency", Value: 0.36, Unit: check.Seconds, Limit: &limits.Latency},
			{Suite: check.Performance, Name: "memory", Subject: "vf-vad", Value: 20, Unit: check.MB},
		},
		Cases: []check.Case{
			{Suite: check.Timing, Name: "rapid", Took: 2 * time.Second}, {Suite: check.Timing, Name: "at-once", Took: time.Second},
			{Suite: check.Performance, Name: "session", Took: time.Second},
		},
		Tables: []check.Table{{Title: "timing", Rows: [][]string{{"file", "verdict"}, {"rapid\x1b[31m", "OK"}}}},
	}
	r.Add(check.Finding{Status: verdict.Warning, Suite: check.Timing, Check: check.Degraded, Subject: "at-once", What: "degraded"})
	for _, subject := range []string{"rapid", "at-once"} {
		r.Add(check.Finding{
			Status: verdict.Critical, Suite: check.Timing, Check: check.Split, Subject: subject, What: "split | \x1b]0;utterances",
			Measured: "1 of 4", Words: "what was said",
		})
	}
	return r
}

func write(t *testing.T, format string, r *check.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.HasSuffix(s, "\n") || strings.ContainsAny(s, "\x1b\x07") {
		t.Errorf("%s: control characters, or no newline: %q", format, s)
	}
	return b.String()
}

func TestText(t *testing.T) {
	got := write(t, "text", sample())
	first, _, _ := strings.Cut(got, "\n")
	want := "VOICEFLOW CRITICAL: rapid and 1 more: split /  ]0;utterances; at-once: degraded; 5 recordings, 0.9 % of 57 words wrong" +
		" | wer=25%;15;30 speed=48;2:;1: latency=0.36s;1;2 performance_memory_vf-vad=20MB"
	if first != want {
		t.Errorf("first line\n%s\nnot\n%s", first, want)
	}
	for _, want := range []string{"\nCRITICAL split (timing): rapid: ", "\n  heard     what was said\n", "\n  measured  1 of 4\n", "\n  remedy    raise vf-vad"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := write(t, "text", &check.Report{}); got != "VOICEFLOW OK: nothing is wrong\n" {
		t.Errorf("%q", got)
	}
}

func TestJSON(t *testing.T) {
	got := write(t, "json", sample())
	var back check.Report
	if err := json.Unmarshal([]byte(got), &back); err != nil {
		t.Fatal(err)
	}
	if back.Status != verdict.Critical || len(back.Findings) != 3 || len(back.Measures) != 5 || *back.Measures[2].Limit != check.DefaultLimits().SpeedFactor {
		t.Errorf("%+v", back)
	}
	if strings.Contains(got, "what was said") {
		t.Errorf("the document contains recognised words:\n%s", got)
	}
	for _, field := range []string{`"status": "CRITICAL"`, `"check": "split"`, `"warning": 2`, `"critical": 1`, `"falling": true`, `"unit": "%"`} {
		if !strings.Contains(got, field) {
			t.Errorf("no %s in\n%s", field, got)
		}
	}
}

func TestPrometheus(t *testing.T) {
	got := write(t, "prometheus", sample())
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(got))
	if err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	if len(families) < 6 {
		t.Errorf("%d metric families, want at least 6", len(families))
	}
	for _, line := range []string{
		"voiceflow_check_status 2", `voiceflow_check_ratio{check="wer",subject="",suite="timing"} 0.25`,
		`voiceflow_check_bytes{check="memory",subject="vf-vad",suite="performance"} 2.097152e+07`,
		`voiceflow_check_findings{check="split",status="CRITICAL",suite="timing"} 2`,
		`voiceflow_check_info{device="CPU",model="demo",version="1.2.3"} 1`, "# TYPE voiceflow_check_status gauge",
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %s in\n%s", line, got)
		}
	}
}

func TestJUnit(t *testing.T) {
	r := sample()
	r.Add(check.Finding{Status: verdict.Critical, Suite: "history", Check: check.DiskFull, What: "disk full"})
	got := write(t, "junit", r)
	var all testSuites
	if err := xml.Unmarshal([]byte(got), &all); err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	if all.Tests != 4 || all.Failures != 3 || len(all.Suites) != 3 || all.Suites[0].Time != "3.000" {
		t.Errorf("%+v", all)
	}
	atOnce := all.Suites[0].Cases[1]
	if atOnce.Name != "at-once" || len(atOnce.Failures) != 1 || !strings.Contains(atOnce.Out, "WARNING degraded") {
		t.Errorf("%+v", atOnce)
	}
}

func TestUnknownFormat(t *testing.T) {
	if err := Write(&bytes.Buffer{}, "yaml", sample()); err == nil || !strings.Contains(err.Error(), "junit") {
		t.Errorf("%v", err)
	}
}
