package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"voiceflow/internal/logrecord"
)

// The made-up logs are such as the programs write: readable, in order, and up to the end.
func TestWeek(t *testing.T) {
	folder, end := t.TempDir(), time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)
	if err := writeWeek(folder, end); err != nil {
		t.Fatal(err)
	}
	count := map[logrecord.Event]int{}
	for _, program := range programs {
		text, err := os.ReadFile(filepath.Join(folder, program+".log"))
		if err != nil {
			t.Fatal(err)
		}
		last := end.AddDate(0, 0, -7)
		for line := range bytes.Lines(text) {
			r, is, err := logrecord.Parse(line)
			if err != nil || !is || r.Program != program || r.Time.Before(last) || r.Time.After(end) {
				t.Fatalf("%s: after %v: %v, %v: %s", program, last, is, err, line)
			}
			last = r.Time
			count[r.Event]++
		}
	}
	if count[logrecord.Utterance] < 3000 || count[logrecord.Delivery] < 3000 || count[logrecord.Failure] != 1 || count[logrecord.Problem] == 0 ||
		count[logrecord.Started] != count[logrecord.Stopped]+len(programs) {
		t.Errorf("%v", count)
	}
}
