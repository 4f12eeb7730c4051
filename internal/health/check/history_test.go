package check

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/health/verdict"
)

func TestHistory(t *testing.T) {
	h := NewHistory(t.TempDir())
	h.MaxBytes, h.Keep = 2000, 2
	r := &Report{Version: "1", Suites: []string{Timing}}
	r.Add(Finding{Status: verdict.Warning, Suite: Timing, Check: FirstWord, What: "w", Words: "what was said"})
	for range 60 {
		if err := h.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(h.Path + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil || len(data) == 0 || len(data) > 2000 {
			t.Errorf("%s: %d bytes, %v", f, len(data), err)
		}
		for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
			var back Report
			if err := json.Unmarshal(line, &back); err != nil || back.Status != verdict.Warning || len(back.Findings) != 1 {
				t.Errorf("%s: %v", line, err)
			}
			if strings.Contains(string(line), "what was said") {
				t.Errorf("the history contains recognised words: %s", line)
			}
		}
	}
}

func TestHistoryAfterHalfALine(t *testing.T) {
	h := NewHistory(t.TempDir())
	if err := os.MkdirAll(filepath.Dir(h.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.Path, []byte(`{"half`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.Append(&Report{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(h.Path)
	lines := strings.Split(string(data), "\n")
	if err != nil || len(lines) != 3 || lines[0] != `{"half` || !json.Valid([]byte(lines[1])) {
		t.Errorf("%q, %v", data, err)
	}
}

func TestHistoryThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := &Report{}
	r.Keep(NewHistory(file)) // the state folder is a file
	if r.Status != verdict.Warning || r.Findings[0].Check != Unwritable || r.Findings[0].Remedy == "" {
		t.Errorf("%+v", r)
	}
}
