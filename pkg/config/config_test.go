package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	settings, err := Parse("c.toml", []byte(`log-level = "minimal"
vad.denoise = true

[transcribe] # words
  model = "a.bin"
beam-size = 5
temperature = 0.2
[paste]
method = ["x11", "stdout"]
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range settings {
		got = append(got, fmt.Sprintf("%d:%d %s/%s=%s", s.Line, s.Column, s.Section, s.Key, strings.Join(s.Values, "|")))
	}
	want := `1:1 /log-level=minimal
2:1 vad/denoise=true
5:3 transcribe/model=a.bin
6:1 transcribe/beam-size=5
7:1 transcribe/temperature=0.2
9:1 paste/method=x11|stdout`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("%s\nnot\n%s", s, want)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a = = 1":               "line 1, column 5",
		"[vad]\na = 1\na = 2":   "line 3, column 1",
		"[vad.more]\na = 1":     "line 1, column 2",
		"[[vad]]\na = 1":        "a section is",
		"[vad]\n a.b = 1":       "line 2, column 2: key a.b",
		"[vad]\na = 2026-11-25": "line 2, column 1: key \"a\": a date",
		"[vad]\na = {b = 1}":    "a table is no value",
		"a = [[1]]":             "list in a list",
		"\xff\xfe":              "c.toml",
	} {
		if _, err := Parse("c.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, not %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a = 1\n[vad]\nb = [\"x\", 2.5]\nc.d = true")
	f.Add("[a]\n[a.b]\nx = {y = 1}")
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := Parse("c.toml", []byte(text))
		if err != nil {
			if !strings.Contains(err.Error(), "c.toml") {
				t.Errorf("%v names no file", err)
			}
			return
		}
		for _, s := range settings {
			if s.Line < 1 || s.Column < 1 || s.Line > strings.Count(text, "\n")+1 {
				t.Errorf("%+v", s)
			}
		}
	})
}

func file(t *testing.T, path, text string) {
	t.Helper()
	if err := Write(path, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestVariant(t *testing.T) {
	dir := t.TempDir()
	base := filepath.Join(dir, "config.toml")
	file(t, base, "a = 1\nb = 1")
	place, err := NewPlace(base, "production")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := place.Load(); err == nil || !strings.Contains(err.Error(), "config.production.toml") {
		t.Errorf("a variant that is not there: %v", err)
	}
	file(t, place.Variant, "b = 2")
	settings, err := place.Load()
	if err != nil || len(settings) != 3 || settings[2].Values[0] != "2" || settings[2].File != place.Variant {
		t.Errorf("%v, %v", settings, err)
	}
	if err := os.Remove(base); err != nil {
		t.Fatal(err)
	}
	if settings, err := place.Load(); err != nil || len(settings) != 1 {
		t.Errorf("the variant alone: %v, %v", settings, err)
	}
	if _, err := NewPlace(base, "../x"); err == nil {
		t.Error("a variant with a path")
	}
	if _, err := (Place{File: base}).Load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.Local)
	store := Store{Folder: filepath.Join(dir, "state"), Now: func() time.Time { return now }}
	place := Place{File: filepath.Join(dir, "config.toml")}
	keep := func(program string) {
		t.Helper()
		if err := store.Keep(program, place); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Keep("vf-vad", place); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to keep: %v", err)
	}
	for day := range 10 {
		file(t, place.File, fmt.Sprintf("day = %d", day))
		keep("vf-vad")
		file(t, place.File, fmt.Sprintf("day = %d # later", day))
		now = now.Add(time.Hour)
		keep("vf-paste")
		now = now.Add(23 * time.Hour)
	}
	backups, err := store.Backups()
	if err != nil || len(backups) != KeptBackups || backups[0].Name != "2026-11-10" || backups[6].Name != "2026-11-04" {
		t.Fatalf("%v, %v", backups, err)
	}
	for program, want := range map[string]string{"vf-vad": "day = 9", "vf-paste": "day = 9 # later"} {
		good, ok := store.LastGood(program, place)
		if data, err := os.ReadFile(good.File); !ok || err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", program, data, err)
		}
	}
	if _, ok := store.LastGood("vf-record", place); ok {
		t.Error("a last good file of a program that never ran")
	}

	// The oldest is restored though the backup before pushes it out.
	if b, err := store.Restore("2026-11-04", place); err != nil || b.Name != "2026-11-04" {
		t.Fatalf("%v, %v", b, err)
	}
	if data, _ := os.ReadFile(place.File); string(data) != "day = 3" {
		t.Errorf("restored: %q", data)
	}
	now = now.Add(time.Second)
	if _, err := store.Restore("latest", place); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(place.File); string(data) != "day = 9 # later" {
		t.Errorf("the latest: %q", data)
	}
	if _, err := store.Restore("2020-01-01", place); err == nil || !strings.Contains(err.Error(), "--list") {
		t.Errorf("%v", err)
	}
}
