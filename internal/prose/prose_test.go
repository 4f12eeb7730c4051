package prose

import (
	"slices"
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 files", 1: "1 file", 2: "2 files"} {
		if got := Count(n, "file"); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{-1: "0 B", 0: "0 B", 4_194_304: "4.2 MB", 147_964_211: "148 MB", 1_624_555_275: "1.6 GB"} {
		if got := Size(n); got != want {
			t.Errorf("%d: %q, not %q", n, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{
		{"", 5, ""}, {"three", 5, "three"}, {"eleven", 5, "el..."}, {"ÄÖÜäöü", 5, "ÄÖ..."}, {"北京北京", 7, "北京..."}, {"北京北京", 8, "北京北京"},
	} {
		if got := Cut(tt.in, tt.width); got != tt.want {
			t.Errorf("%q at %d: %q, not %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		first, rest, in string
		width           int
		want            []string
	}{
		{"", "", "", 10, []string{""}},
		{"", "", " one  two\nthree ", 7, []string{"one two", "three"}},
		{"", "", "ask vf-health check", 7, []string{"ask", "vf-health", "check"}},
		{"- ", "  ", "one two", 5, []string{"- one", "  two"}},
		{"  such as: ", "  ", "one two", 14, []string{"  such as: one", "  two"}},
		{"", "", "北京 北京 a", 9, []string{"北京 北京", "a"}},
		{"", "", "ääää ää a", 7, []string{"ääää ää", "a"}},
	} {
		if got := WrapHanging(tt.first, tt.rest, tt.in, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("%q at %d: %q, not %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "4096": 4096, "100MB": 100e6, "1.5 GiB": 3 << 29, "10k": 10000, " 2 tb ": 2e12, "1b": 1, "0.5kB": 500,
	} {
		if got, err := ParseSize(text); got != want || err != nil {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "MB", "-1", "1e3", "1.2.3", "10 apples", "99999999TB", "∞"} {
		if got, err := ParseSize(text); err == nil || !strings.Contains(err.Error(), "100MB") {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, seed := range []string{"100MB", "1.5 GiB", "", "9e9", "..", "1 k"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseSize(s)
		if n < 0 || n >= 1<<53 || err != nil && n != 0 {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	})
}
