package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/transcribe"
	"voiceflow/pkg/event"
)

// TestProgressText: it names the file, how much audio is done and, after the first
// second, the speed.
func TestProgressText(t *testing.T) {
	now := time.Unix(1000, 0)
	p := &progress{files: 20, file: "talks/a.wav", started: now, now: func() time.Time { return now }}
	if got := p.text(2.5); got != "a.wav (1 of 20), 00:02 of sound" {
		t.Errorf("at the start: %q", got)
	}
	p.fileSeconds, p.fileSize, p.total = 264, 1000, 4000
	now = now.Add(10 * time.Second)
	if got := p.text(132); got != "a.wav (1 of 20), 02:12 of 04:24, 13.2x, 01:10 left" {
		t.Errorf("in the middle: %q", got)
	}
	if got := p.text(300); got != "a.wav (1 of 20), 05:00 of 05:00, 30.0x, 00:30 left" {
		t.Errorf("with a wrong header: %q", got)
	}
	p.fileSeconds, p.total = 0, 0
	now = now.Add(90 * time.Second)
	p.file, p.done = "talks/"+strings.Repeat("ü", 200)+".wav", 20
	if got := p.text(3725); got != strings.Repeat("ü", 17)+"... (20 of 20), 01:02:05 of sound, 37.2x" {
		t.Errorf("at the end: %q", got)
	}
	if got := p.text(0); strings.Contains(got, "x") {
		t.Errorf("with nothing transcribed: %q", got)
	}
}

// TestProgressLine: the line is drawn in place, not too often, and makes room for others.
func TestProgressLine(t *testing.T) {
	var out strings.Builder
	now := time.Unix(1000, 0)
	p := &progress{out: &out, files: 2, now: func() time.Time { return now }}
	wants := func(want string) {
		t.Helper()
		if got := out.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		out.Reset()
	}
	p.begin()
	p.clear()
	wants("")
	p.at("none/a.ogg", 1)
	p.at("none/a.ogg", 2) // too soon
	wants("\r\x1b[K\ra.ogg (1 of 2), 00:01 of sound")
	p.clear()
	p.clear()
	wants("\r\x1b[K\r")
	p.at("none/a.ogg", 3)
	now = now.Add(2 * time.Second)
	p.at("none/a.ogg", 4)
	wants("\r\x1b[K\ra.ogg (1 of 2), 00:03 of sound\r\x1b[K\ra.ogg (1 of 2), 00:04 of sound, 2.0x")
	p.stopping()
	wants("\r\x1b[K\rfinishing a.ogg; press Ctrl-C again to stop now, with the text so far\n")
	p.step("none/a.ogg", 4)
	p.stopping()
	wants("finishing the current file; press Ctrl-C again to stop now, with the text so far\n")
	p.at("none/b\x1b[2J.ogg", 4)
	p.stopping()
	if got := out.String(); strings.Contains(got, "\x1b[2J") || !strings.Contains(got, "(2 of 2), 00:04 of sound, 4.0x") {
		t.Errorf("%q", got)
	}
	none := &progress{}
	none.begin()
	none.at("a", 1)
	none.step("a", 1)
	none.clear()
	none.stopping()
}

func TestWAVSeconds(t *testing.T) {
	if got := wavSeconds("../../testdata/recordings/sentence-01.wav"); got < 2.5 || got > 2.6 {
		t.Errorf("%g s", got)
	}
	other := filepath.Join(t.TempDir(), "other.wav")
	if err := os.WriteFile(other, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{other, "none.wav", os.DevNull} {
		if got := wavSeconds(file); got != 0 {
			t.Errorf("%s: %g s", file, got)
		}
	}
}

// TestScreen: each segment is shown once, as soon as it is known, without control
// characters.
func TestScreen(t *testing.T) {
	var out strings.Builder
	s := &screen{out: &out, several: true}
	one, two, stream := &transcribe.Item{ID: 0, File: "a\x1b.wav"}, &transcribe.Item{ID: 1, File: "b.wav"}, &transcribe.Item{ID: 2, File: ""}
	spoken := &event.Transcript{Text: "one", Segments: []event.Segment{{Start: 0.5, End: 1, Text: " one"}}}
	steps := []func() error{
		func() error { return s.show(one, spoken) },
		func() error {
			spoken.Segments = append(spoken.Segments, event.Segment{Start: 3599.9996, End: 3600.25, Text: " two\x1b[2J"})
			return s.show(one, spoken)
		},
		func() error { return s.end(one, spoken) },
		func() error { return s.end(two, &event.Transcript{}) },
		func() error { return s.end(stream, &event.Transcript{}) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	want := "a .wav:\n[00:00.500 --> 00:01.000]  one\n[01:00:00.000 --> 01:00:00.250]  two [2J\n\nb.wav:\n(no speech)\n"
	if out.String() != want {
		t.Errorf("%q, not %q", out.String(), want)
	}
}
