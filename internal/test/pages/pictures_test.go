package pages

import (
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPicturesAreShown: a page shows each picture, and none is large.
func TestPicturesAreShown(t *testing.T) {
	shown := map[string]bool{}
	for from, p := range allPages(t) {
		for _, target := range p.targets() {
			shown[filepath.Join(filepath.Dir(from), target)] = true
		}
	}
	for _, path := range pictures(t, "*") {
		if name, err := filepath.Rel(root, path); err != nil || !shown[name] {
			t.Errorf("no page shows %s: %v", path, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > 150_000 {
			t.Errorf("%s: want at most 150 kB: %v, %v", path, info, err)
		}
	}
}

func pictures(t *testing.T, pattern string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(root, "docs/pictures", pattern))
	if err != nil || len(all) < 4 {
		t.Fatalf("%d pictures: %v", len(all), err)
	}
	return all
}

var (
	image     = regexp.MustCompile(`!\[([^\]]*)\]\(|<img\b[^>]*>`)
	described = regexp.MustCompile(`\balt="([^"]*)"`)
)

// TestPicturesAreDescribed: each picture has a text that says what is to be seen.
func TestPicturesAreDescribed(t *testing.T) {
	for from, p := range allPages(t) {
		for _, match := range image.FindAllStringSubmatch(p.text, -1) {
			text := match[1]
			if alt := described.FindStringSubmatch(match[0]); alt != nil {
				text = alt[1]
			}
			if len(strings.Fields(text)) < 5 {
				t.Errorf("%s: %s is described as %q: say what is to be seen", from, match[0], text)
			}
		}
	}
}

// TestPicturesAreComplete: the pictures are well-formed, need no other file, and show neither
// folders of the machine on which they were made nor anything that runs.
func TestPicturesAreComplete(t *testing.T) {
	outside := regexp.MustCompile(`href|url\(|@import|<script|<image|/home/|/root/|/tmp/|/Users/`)
	for _, path := range pictures(t, "*.svg") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bad := outside.FindString(string(text)); bad != "" {
			t.Errorf("%s contains %s", path, bad)
		}
		if !strings.Contains(string(text), "prefers-color-scheme:dark") || !strings.Contains(string(text), "viewBox=") {
			t.Errorf("%s lacks a dark theme, or does not scale", path)
		}
		decoder := xml.NewDecoder(strings.NewReader(string(text)))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
	}
	photographs := pictures(t, "*.png")
	for _, path := range photographs {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		f.Close()
		other := strings.NewReplacer("-light", "-dark", "-dark", "-light").Replace(path)
		if other == path || !slices.Contains(photographs, other) {
			t.Errorf("%s lacks %s, its counterpart in the other theme", path, other)
		}
	}
}
