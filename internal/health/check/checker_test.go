package check

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"voiceflow/internal/health/replay"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/audio"
)

// pretended returns a checker whose programs are scripts that recognise
// "right words" in any recording. A non-empty transcribe replaces the script for
// vf-transcribe.
func pretended(t *testing.T, transcribe string) *Checker {
	t.Helper()
	if transcribe == "" {
		transcribe = `while read -r line; do echo '{"type":"transcript","id":0,"end":1,"duration":1,"text":"right words","model":"m","device":"CPU","processing_seconds":0.1}'; done`
	}
	dir := t.TempDir()
	for name, script := range map[string]string{
		"vf-record":     `echo sound`,
		"vf-vad":        `cat >/dev/null; echo '{"type":"utterance","id":0,"start":0,"end":1,"pcm_start":0,"pcm":"AAA="}'`,
		"vf-transcribe": transcribe,
		"vf-paste":      `cat >/dev/null`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	wav, err := audio.CreateWAV(filepath.Join(dir, "a.wav"))
	if err != nil {
		t.Fatal(err)
	}
	if err := wav.Write(make([]int16, 16)); err != nil {
		t.Fatal(err)
	}
	if err := wav.Close(); err != nil {
		t.Fatal(err)
	}
	return &Checker{
		Pipeline: replay.Pipeline{Dir: dir}, Limits: DefaultLimits(), State: t.TempDir(),
		Recordings: []replay.Recording{{Name: "a", Path: filepath.Join(dir, "a.wav"), Utterances: []string{"right words"}}},
	}
}

// run runs the timing suite.
func (c *Checker) run(t *testing.T) *Report {
	t.Helper()
	r, err := c.Run(context.Background(), []string{Timing})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// found returns the checks of the findings.
func found(r *Report) []string {
	var names []string
	for _, f := range r.Findings {
		names = append(names, f.Check)
	}
	return names
}

// TestSilentProgramBreaksOff checks that a program that hangs is critical and
// ends the check.
func TestSilentProgramBreaksOff(t *testing.T) {
	c := pretended(t, `sleep 600 & wait`)
	c.Pipeline.Patience = time.Second
	c.Recordings = append(c.Recordings, c.Recordings[0])
	r, err := c.Run(context.Background(), []string{Timing, Edge, Performance})
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range []func(context.Context, *Report) error{c.CompareBaseline, c.SaveBaseline} {
		if err := more(context.Background(), r); err != nil {
			t.Error(err)
		}
	}
	if r.Status != verdict.Critical || !slices.Equal(found(r), []string{Silent}) || len(r.Cases) != 1 {
		t.Errorf("%+v", r)
	}
	if f := r.Findings[0]; f.What != "vf-transcribe did not respond for 1s" || f.Subject != "a" || f.Remedy == "" {
		t.Errorf("%+v", f)
	}
}

// TestCompareWithoutBaseline checks that a missing baseline is reported and does
// not hide other findings.
func TestCompareWithoutBaseline(t *testing.T) {
	other := Baseline{Model: "m", Device: "CPU", Recordings: map[string]RecordingBaseline{"b": {Seconds: []float64{1}}}}
	for _, tt := range []struct {
		name   string
		spoken string
		spoil  func(path string) error
		status verdict.Status
		found  []string
	}{
		{"none", "right words", func(string) error { return nil }, verdict.Warning, []string{NoBaseline}},
		{"none, wrong words", "nothing like it", func(string) error { return nil }, verdict.Critical, []string{FirstWord, WordErrors, NoBaseline}},
		{"broken", "right words", func(path string) error { return wholefile.Write(path, []byte("{"), 0o600) }, verdict.Warning, []string{NoBaseline}},
		{"for other recordings", "right words", other.Save, verdict.Warning, []string{NoBaseline}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := pretended(t, "")
			c.Recordings[0].Utterances = []string{tt.spoken}
			if err := tt.spoil(BaselinePath(c.State)); err != nil {
				t.Fatal(err)
			}
			r := c.run(t)
			if err := c.CompareBaseline(context.Background(), r); err != nil {
				t.Fatal(err)
			}
			if r.Status != tt.status || !slices.Equal(found(r), tt.found) {
				t.Errorf("%v %q", r.Status, found(r))
			}
		})
	}
}

// TestErrorHidesNothing checks that an error ends the check, unless there is a
// critical finding already.
func TestErrorHidesNothing(t *testing.T) {
	suites := []string{Timing, Edge} // there are no sentences for the latter
	c := pretended(t, "")
	if _, err := c.Run(context.Background(), suites); err == nil {
		t.Error("no error for edge cases without sentences")
	}
	c.Recordings[0].Utterances = []string{"nothing like it"}
	r, err := c.Run(context.Background(), suites)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != verdict.Critical || !slices.Contains(found(r), NotJudged) {
		t.Errorf("%v %q", r.Status, found(r))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Run(ctx, suites); err == nil {
		t.Error("a cancelled check returned a verdict")
	}
}

func TestMisconfigured(t *testing.T) {
	c := pretended(t, "")
	for _, problem := range []string{"configuration: config.toml: line 2", "config.toml: line 2"} {
		c.Misconfigured = []string{problem}
		r := c.run(t)
		if r.Status != verdict.Warning || !slices.Equal(found(r), []string{Configuration}) || r.Findings[0].What != "configuration: config.toml: line 2" {
			t.Errorf("%+v", r)
		}
	}
}
