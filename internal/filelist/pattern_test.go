package filelist

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVariants(t *testing.T) {
	for pattern, want := range map[string]int{
		"": 1, "*.wav": 1, "*.{wav,mp3}": 2, "{a,b}{c,d,e}": 6, "{a,{b,c}{d,e}}": 5, `\{a,b\}`: 1, "a,b": 1, "{a}": 1,
		"{a,b": 2, "a}": 1, `a\`: 1, "{,,}": 3,
	} {
		if got := variants(pattern); got != want {
			t.Errorf("variants(%q) = %d, want %d", pattern, got, want)
		}
	}
}

// TestTooLarge: a pattern that would be searched for minutes is refused at once.
func TestTooLarge(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		pattern string
		fine    bool
	}{
		{strings.Repeat("{a,aa}", 25), false},
		{strings.Repeat("{a,aa}/", 25) + "*.wav", false},
		{strings.Repeat("{a,", 2000) + strings.Repeat("}", 2000), false},
		{strings.Repeat("{", 2000) + strings.Repeat("}", 2000), true},
		{strings.Repeat("{a,aa", 25), false},
		{strings.Repeat("**/", 20) + "*.wav", false},
		{strings.Repeat("*a", 1000) + ".wav", false},
		{strings.Repeat("?", 5000), false},
		{"{" + strings.Repeat("a,", 1001) + "}", false},
		{"{" + strings.Repeat("a,", 900) + "}", true},
		{strings.Repeat("{a,b}", 9) + "/**/*.{wav}", true},
		{strings.Repeat("?", 4000), true},
	} {
		_, err := Find(Source{Args: []string{tt.pattern}})
		if (err == nil) != tt.fine || err != nil && (len(err.Error()) > 300 || !strings.Contains(err.Error(), "--files-from")) {
			t.Errorf("%.30q: %v", tt.pattern, err)
		}
	}
}

// FuzzPattern: any pattern is searched quickly or refused, and what it finds exists.
func FuzzPattern(f *testing.F) {
	for _, pattern := range []string{"*.wav", "**/*.{wav,mp3}", "[a-b]?", "{a,aa}{a,aa}*", `\*`, "a**b", "{a,{b", "../*", "{,.}/*"} {
		f.Add(pattern)
	}
	dir := f.TempDir()
	for _, name := range []string{"a.wav", "aa/b.mp3", "aa/aaa/c.wav", ".hidden"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			f.Fatal(err)
		}
	}
	f.Chdir(dir)
	f.Fuzz(func(t *testing.T, pattern string) {
		// Names with NUL are kept as names; those outside the folder may be anything.
		if strings.Contains(pattern, "..") || strings.Contains(pattern, "\x00") || strings.HasPrefix(pattern, "/") || !isPattern(pattern) || tooLarge(pattern) != nil {
			return
		}
		found, err := Find(Source{Args: []string{pattern}})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found.Files {
			if _, err := os.Lstat(file.Name); err != nil {
				t.Errorf("%q found %q: %v", pattern, file.Name, err)
			}
		}
	})
}
