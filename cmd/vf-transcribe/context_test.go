package main

import (
	"strings"
	"testing"

	"voiceflow/pkg/whisper"
)

func TestFitContext(t *testing.T) {
	const second = whisper.SampleRate
	for samples, want := range map[int]int{
		0: 256, second: 256, 3 * second: 256, 4 * second: 264, 10 * second: 568, 10*second + 1: 568, 10*second + 320*5: 576,
	} {
		if got := fitContext(samples); got != want {
			t.Errorf("%d samples: %d frames, not %d", samples, got, want)
		}
	}
}

func TestParseContext(t *testing.T) {
	for s, want := range map[string]int{"auto": fittedContext, "full": 0, "0": 0, "512": 512} {
		if got, err := parseContext(s); err != nil || got != want {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "-1", "some", "1.5"} {
		if _, err := parseContext(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
}

func TestDoubtful(t *testing.T) {
	for name, tt := range map[string]struct {
		segment whisper.Segment
		want    bool
	}{
		"sure":      {whisper.Segment{AvgLogprob: -0.2, CompressionRatio: 1}, false},
		"unsure":    {whisper.Segment{AvgLogprob: -1.1, CompressionRatio: 1}, true},
		"repeating": {whisper.Segment{AvgLogprob: -0.1, CompressionRatio: 2.5}, true},
	} {
		r := &whisper.Result{Segments: []whisper.Segment{{AvgLogprob: -0.1, CompressionRatio: 1}, tt.segment}}
		if got := doubtful(r); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestModelPath(t *testing.T) {
	if path, bundled, err := modelPath("mine.bin"); path != "mine.bin" || bundled || err != nil {
		t.Errorf("%q, %v, %v", path, bundled, err)
	}
	// No model lies beside a test's program.
	if _, _, err := modelPath(""); err == nil || !strings.Contains(err.Error(), "VOICEFLOW_MODEL") {
		t.Errorf("%v", err)
	}
}
