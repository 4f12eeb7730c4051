package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/exitcode"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// pcmFile writes a WAV file with n samples of a sawtooth.
func pcmFile(t *testing.T, n int) (path string, samples []int16) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "in.wav")
	for i := range n {
		samples = append(samples, int16(i))
	}
	w, err := audio.CreateWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(samples), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path, samples
}

// recordFile records a file; free reports the free space.
func recordFile(t *testing.T, cfg config, free func(string) (int64, bool)) (log string, err error) {
	t.Helper()
	var output bytes.Buffer
	env := &cmdline.Env{
		Log: zerolog.New(&output), Context: context.Background(), Stop: make(chan struct{}), Stdout: &output, Stderr: &output,
	}
	src, err := openSource(env, cfg)
	if err != nil {
		t.Fatal(err)
	}
	out, err := openOutputs(env, cfg)
	if err != nil {
		t.Fatal(err)
	}
	out.space.free = free
	r, err := newRecorder(env, cfg, out, nil, make(chan os.Signal))
	if err != nil {
		t.Fatal(err)
	}
	err = r.recordFrom(src)
	return output.String(), err
}

// checkFile expects a WAV file with a valid header and exactly these samples.
func checkFile(t *testing.T, path string, samples []int16) {
	t.Helper()
	got, err := input.ReadFile(path)
	if err != nil || !slices.Equal(got, samples) {
		t.Errorf("%s: %d samples (%v), want other %d", path, len(got), err, len(samples))
	}
}

func plenty(string) (int64, bool) { return 1 << 40, true }

// TestStandardLimit: the default limit is explained; one set by the user is not.
func TestStandardLimit(t *testing.T) {
	in, samples := pcmFile(t, 50_000)
	out := filepath.Join(t.TempDir(), "out.wav")
	for _, tt := range []struct {
		limit    time.Duration
		standard bool
		recorded int
		warnings int
	}{
		{2 * time.Second, true, 32_000, 1},
		{2 * time.Second, false, 32_000, 0},
		{4 * time.Second, true, 50_000, 0},
		{time.Nanosecond, false, 1, 0},
		{0, false, 50_000, 0},
	} {
		log, err := recordFile(t, config{input: in, outputs: []string{out}, limit: tt.limit, standardLimit: tt.standard}, plenty)
		if err != nil {
			t.Fatal(err)
		}
		checkFile(t, out, samples[:tt.recorded])
		if strings.Count(log, "\n") != tt.warnings || strings.Count(log, "--max-duration 0 none") != tt.warnings {
			t.Errorf("%v: log %q", tt.limit, log)
		}
	}
}

// TestDiskFills: the recording so far is kept, and the error says how much that is.
func TestDiskFills(t *testing.T) {
	in, samples := pcmFile(t, 200_000)
	out := filepath.Join(t.TempDir(), "out.wav")
	looks := 0
	_, err := recordFile(t, config{input: in, outputs: []string{out}}, func(string) (int64, bool) {
		if looks++; looks <= 2 { // before and after 3 s
			return leastSpace, true
		}
		return reserve - 1, true
	})
	var exit *exitcode.Error
	if !errors.As(err, &exit) || exit.Code != exitcode.NoTarget || !strings.Contains(err.Error(), out) || !strings.Contains(err.Error(), "nearly full") {
		t.Fatal(err)
	}
	info, err2 := os.Stat(out)
	if err2 != nil {
		t.Fatal(err2)
	}
	n := int(info.Size()-44) / 2
	if n < 2*checkEvery || n >= 2*checkEvery+2*step {
		t.Errorf("%d samples were recorded", n)
	}
	checkFile(t, out, samples[:n])
	if !strings.Contains(err.Error(), "the 6.") {
		t.Errorf("the length is missing: %v", err)
	}
}
