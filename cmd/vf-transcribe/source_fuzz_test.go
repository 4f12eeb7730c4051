package main

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzSource: the record of what outputs were made from has a path and is written back
// the same, or it counts as missing.
func FuzzSource(f *testing.F) {
	f.Add([]byte("12 34\n/a/b.wav"))
	f.Add([]byte("12 34"))
	f.Add([]byte("-1 99999999999999999999\nx"))
	stem := filepath.Join(f.TempDir(), "talk")
	if err := os.MkdirAll(filepath.Dir(sourceFile(stem)), 0o700); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(sourceFile(stem), data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, found, err := readSource(stem)
		if err != nil || !found {
			return
		}
		if s.path == "" {
			t.Fatalf("no path in %q", data)
		}
		if err := writeSource(stem, s); err != nil {
			t.Fatal(err)
		}
		if again, found, err := readSource(stem); err != nil || !found || again != s {
			t.Errorf("%+v became %+v, %v, %v", s, again, found, err)
		}
	})
}
