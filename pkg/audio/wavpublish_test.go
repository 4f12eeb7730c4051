package audio_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

// TestWAVFilePublish checks that a published file is readable at any time, as if
// the program had died just then.
func TestWAVFilePublish(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.wav")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	w := create(t, path)
	samples := everyInt16()
	if err := w.Write(samples[:10]); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); string(b) != "old" {
		t.Errorf("before Publish the file contains %q", b)
	}
	for range 2 {
		if err := w.Publish(); err != nil {
			t.Fatal(err)
		}
		if got := names(t, dir); !slices.Equal(got, []string{"a.wav"}) {
			t.Errorf("files: %q", got)
		}
		checkGoAudio(t, path, samples[:10])
	}
	for end := 20; end <= 2000; end += 330 {
		if err := w.Write(samples[end-10 : end]); err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(samples[:10])
		for e := 20; e <= end; e += 330 {
			want = append(want, samples[e-10:e]...)
		}
		checkGoAudio(t, path, want)
		if got := readFile(t, path); !slices.Equal(got, want) {
			t.Errorf("%d samples, want %d", len(got), len(want))
		}
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), w.Abort()); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("Close changed the file: %v", err)
	}
	if err := w.Publish(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Publish after Close: %v", err)
	}
}

func TestWAVFilePublishedAborts(t *testing.T) {
	dir := t.TempDir()
	w := create(t, filepath.Join(dir, "a.wav"))
	if err := errors.Join(w.Write([]int16{1}), w.Publish(), w.Abort()); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestWAVFilePublishFails(t *testing.T) {
	path, w := blocked(t, 1)
	err := w.Publish()
	if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), ".vf-") {
		t.Errorf("Publish: %v", err)
	}
	if err := errors.Join(w.Write([]int16{2}), os.Remove(path), w.Close()); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, path); !slices.Equal(got, []int16{1, 2}) {
		t.Error(got)
	}
}

func TestEmptyWAV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := create(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); string(got) != audio.EmptyWAV {
		t.Errorf("%q, %v", got, err)
	}
}
