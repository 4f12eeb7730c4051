package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestPastTime(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"":                     {},
		"36h":                  now.Add(-36 * time.Hour),
		"90m":                  now.Add(-90 * time.Minute),
		"1h30m":                now.Add(-90 * time.Minute),
		"0s":                   now,
		"7d":                   now.AddDate(0, 0, -7),
		"0d":                   now,
		"365d":                 now.AddDate(0, 0, -365),
		"2026-11-24":           time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
		"2026-11-24 10:00":     time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
		"2026-11-24T10:00":     time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
		"2026-11-24T10:00:01Z": time.Date(2026, 11, 24, 10, 0, 1, 0, time.UTC),
	} {
		if got, err := pastTime(s, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"36", "10:00", "1.5d", "7dx", "7d12h", "-7d", "+7d", "d", "99999d", "2026-13-01", "2026-11-31", "-1h", "soon", " 7d"} {
		if got, err := pastTime(s, now); err == nil {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestDistinct: a log is read once, however often it is named.
func TestDistinct(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log")
	link, none := filepath.Join(dir, "link.log"), filepath.Join(dir, "none.log")
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(a, link); err != nil {
		t.Fatal(err)
	}
	if got := distinct([]string{a, link, dir + "/../" + filepath.Base(dir) + "/a.log", none, b, a}); !slices.Equal(got, []string{a, none, b}) {
		t.Errorf("%q", got)
	}
}

func TestPageAddress(t *testing.T) {
	for listening, want := range map[string]string{
		"[::]:8179": "http://localhost:8179/", "0.0.0.0:8179": "http://localhost:8179/", "127.0.0.1:1": "http://127.0.0.1:1/",
		"[::1]:8179": "http://[::1]:8179/", "192.0.2.7:8179": "http://192.0.2.7:8179/",
	} {
		if got := pageAddress(listening); got != want {
			t.Errorf("%s: %s, want %s", listening, got, want)
		}
	}
}
