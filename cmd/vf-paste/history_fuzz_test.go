package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzHistory: whatever is in the file of the history, only texts come back, and vf-paste
// lists them.
func FuzzHistory(f *testing.F) {
	f.Add([]byte(`{"time":"2026-01-02T03:04:05Z","text":"one\u001b[2J"}` + "\n{\"text\":\"\"}\nnull\n[]\n{"))
	f.Add([]byte("\xff\x00\n{\"time\":\"9999-99-99\",\"text\":\"x\"}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		bare(t)
		if err := os.MkdirAll(filepath.Dir(historyPath()), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(historyPath(), data, 0o600); err != nil {
			t.Fatal(err)
		}
		all, err := readHistory()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if e.Text == "" {
				t.Errorf("an empty text from %q", data)
			}
		}
		code, out, log := pasted(t, "", "history", "--json")
		if code != 0 || strings.Count(out, "\n") != len(all) {
			t.Errorf("code %d, %d texts, %q, %s", code, len(all), out, log)
		}
	})
}
