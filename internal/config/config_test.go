package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/wholefile"
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
	if settings, err := Parse("c.toml", []byte("\xef\xbb\xbfa = 1")); err != nil || len(settings) != 1 || settings[0].Column != 1 {
		t.Errorf("with a byte order mark: %v, %v", settings, err)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a = = 1":               "line 1, column 5",
		"[vad]\na = 1\na = 2":   "line 3, column 1",
		"[vad.more]\na = 1":     "line 1, column 2",
		"[[vad]]\na = 1":        "a section must be",
		"[vad]\n a.b = 1":       "line 2, column 2: key a.b",
		"[vad]\na = 2026-11-25": "line 2, column 1: key \"a\": a date",
		"[vad]\na = {b = 1}":    "a table is not allowed",
		"a = [[1]]":             "list within a list",
		"\xff\xfe":              "c.toml",
		// Columns are characters.
		"[vad]\na = \"öö\" = 2":         "line 2, column 10",
		"[vad]\n\"ä\" = 2026-11-25":     "line 2, column 1",
		"\xef\xbb\xbfa = = 1":           "line 1, column 5",
		"[vad]\r\n\"ü\" = 1\r\na = = 2": "line 3, column 5",
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
				t.Errorf("%v does not name the file", err)
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
	if err := wholefile.Write(path, []byte(text), 0o600); err != nil {
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
		t.Errorf("missing variant: %v", err)
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
