package main

import (
	"strings"
	"testing"

	"voiceflow/pkg/audio"
)

func TestSpaceBefore(t *testing.T) {
	const hour = 3600 * audio.SampleRate // 115.2 MB
	for _, tt := range []struct {
		name    string
		files   []string
		samples int64
		free    int64 // negative: unknown
		refused bool
	}{
		{"an hour", []string{"a"}, hour, 2*hour + reserve, false},
		{"an hour, a byte short", []string{"a"}, hour, 2*hour + reserve - 1, true},
		{"two files", []string{"a", "b"}, hour, 4*hour + reserve, false},
		{"two files, room for one", []string{"a", "b"}, hour, 3 * hour, true},
		{"no limit", []string{"a"}, 0, leastSpace, false},
		{"no limit and no room", []string{"a"}, 0, leastSpace - 1, true},
		{"a word on a small disk", []string{"a"}, audio.SampleRate, reserve + 2*audio.SampleRate, false},
		{"unknown space", []string{"a"}, hour, -1, false},
		{"no file", nil, hour, 0, false},
	} {
		s := space{files: tt.files, free: func(string) (int64, bool) { return tt.free, tt.free >= 0 }}
		err := s.enough(tt.samples)
		if (err != nil) != tt.refused {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil && !strings.Contains(err.Error(), "a: the recording needs") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestSpaceDuring(t *testing.T) {
	free, asked := int64(reserve), 0
	var folder string
	s := space{files: []string{"folder/a.wav"}, free: func(f string) (int64, bool) {
		asked++
		folder = f
		return free, true
	}}
	for range 100 {
		if err := s.wrote(checkEvery / 10); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 10 || folder != "folder" {
		t.Errorf("checked the disk of %q %d times, want 10", folder, asked)
	}
	free--
	if err := s.wrote(checkEvery - 1); err != nil {
		t.Errorf("too early: %v", err)
	}
	if err := s.wrote(1); err == nil || !strings.Contains(err.Error(), "nearly full: 4.2 MB free") {
		t.Errorf("on a full disk: %v", err)
	}
}

// TestDiskFree checks a real disk.
func TestDiskFree(t *testing.T) {
	if free, known := diskFree(t.TempDir()); !known || free <= 0 {
		t.Errorf("%d bytes, %v", free, known)
	}
	if free, known := diskFree("/no/such/folder"); known {
		t.Errorf("a missing folder has %d bytes free", free)
	}
}
