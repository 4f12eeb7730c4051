package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	"voiceflow/pkg/event"
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

// TestJSONLines: the stream has all samples, in records of at most 100 ms, and so has the
// WAV file.
func TestJSONLines(t *testing.T) {
	in, samples := pcmFile(t, 50_000)
	path := filepath.Join(t.TempDir(), "out.wav")
	log, err := recordFile(t, config{input: in, outputs: []string{path, "-"}, outputFormat: formatJSONLines}, plenty)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, samples)
	marks, got := parseStream(t, log)
	if marks != "begin@0 end@50000" || !slices.Equal(got, samples) {
		t.Errorf("%d samples, marks: %s", len(got), marks)
	}
}

// parseStream returns the marks and samples of a stream and checks their positions.
func parseStream(t *testing.T, stream string) (marks string, samples []int16) {
	t.Helper()
	var all []string
	lines := event.NewReader(strings.NewReader(stream))
	for lines.Scan() {
		switch rec := lines.Record().(type) {
		case *event.Audio:
			if rec.At != int64(len(samples)) || len(rec.PCM) > 2*step {
				t.Errorf("%d bytes at %d, want %d", len(rec.PCM), rec.At, len(samples))
			}
			samples = audio.DecodePCM(samples, rec.PCM)
		case *event.Mark:
			mark := fmt.Sprintf("%s@%d", rec.Mark, rec.At)
			if rec.Samples > 0 {
				mark += fmt.Sprintf("(%d)", rec.Samples)
			}
			all = append(all, mark)
		case *event.End:
			if rec.Incomplete || rec.Samples != int64(len(samples)) || lines.Scan() {
				t.Errorf("%+v after %d samples, and then %+v", rec, len(samples), lines.Record())
			}
		default:
			t.Errorf("%+v", rec)
		}
	}
	return strings.Join(all, " "), samples
}

// fakeRecorder returns an armed recorder without a source, and its stream, which is
// complete after the queue has been closed.
func fakeRecorder(t *testing.T, cfg config) (*recorder, *bytes.Buffer) {
	t.Helper()
	var stream bytes.Buffer
	env := &cmdline.Env{
		Log: zerolog.Nop(), Context: t.Context(), Stop: make(chan struct{}), Stdout: &stream, Stderr: io.Discard,
	}
	cfg.armed, cfg.outputFormat, cfg.outputs = true, formatJSONLines, []string{"-"}
	out, err := openOutputs(env, cfg)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRecorder(env, cfg, out, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.queue = newQueue(out)
	return r, &stream
}

// play passes portions and triggers to a recorder, and ends it.
func (r *recorder) play(t *testing.T, steps ...any) {
	t.Helper()
	for _, s := range steps {
		var err error
		switch s := s.(type) {
		case trigger:
			err = r.on(s)
		case portion:
			err = r.hear(s)
		}
		if err == nil && r.full {
			err = r.on(reached)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	r.queue.close()
	<-r.queue.done
	r.dictation.close()
}

func TestGapMarks(t *testing.T) {
	sound := portion{samples: []int16{1, 2, 3}}
	lost := portion{samples: make([]int16, 5), missing: true}
	r, stream := fakeRecorder(t, config{preRoll: time.Second})
	r.play(t, sound, lost, sound, // the pre-roll is only what follows the gap
		pressStart, sound, lost, lost, sound, flipped, lost, sound, flipped, lost, pressStop)
	marks, samples := parseStream(t, stream.String())
	// There is no tail, so that the last gap is followed by the end.
	const want = "begin@0 gap@16(10) pause@19 resume@19 gap@27(5) end@27"
	if marks != want || !slices.Equal(samples[:6], []int16{1, 2, 3, 1, 2, 3}) {
		t.Errorf("marks: %s, want %s; %d samples", marks, want, len(samples))
	}
}

// TestLimitOfEachDictation: the limit ends a dictation, and the next one has the same.
func TestLimitOfEachDictation(t *testing.T) {
	sound := portion{samples: make([]int16, step)}
	r, stream := fakeRecorder(t, config{limit: 250 * time.Millisecond})
	r.play(t, pressStart, sound, sound, sound, sound, sound, pressStart, sound, pressCancel, pressToggle, sound, sound, sound)
	if marks, _ := parseStream(t, stream.String()); marks != "begin@0 end@4000 begin@4000 cancel@5600 begin@5600 end@9600" {
		t.Errorf("marks: %s", marks)
	}
}
