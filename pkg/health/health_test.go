package health

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRecordings(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"a.wav": "", "a.txt": "one two\n\n three \n", "b.wav": "", "b.txt": "four"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Recordings([]string{dir, filepath.Join(dir, "b.wav")})
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if r := got[0]; r.Name != "a" || strings.Join(r.Utterances, "|") != "one two|three" {
		t.Errorf("%+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "b.txt")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir: "b.txt", t.TempDir(): "no *.wav", filepath.Join(dir, "none.wav"): "none.wav",
	} {
		if _, err := Recordings([]string{path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestJudge(t *testing.T) {
	second := time.Second
	for _, tt := range []struct {
		name   string
		report Report
		want   Status
	}{
		{"healthy", Report{Utterances: []string{"one two three four five six seven"}, Audio: 3 * second, Processing: second}, OK},
		{"an utterance too many", Report{Utterances: []string{"one two three", "four five six seven"}, Audio: 3 * second, Processing: second}, Critical},
		{"clipped start", Report{Utterances: []string{"two three four five six seven"}, Audio: 3 * second, Processing: second}, Warning},
		{"some words", Report{Utterances: []string{"one two too four fife six seven"}, Audio: 3 * second, Processing: second}, Warning},
		{"wrong words", Report{Utterances: []string{"one or other of many more things"}, Audio: 3 * second, Processing: second}, Critical},
		{"nothing", Report{}, Critical},
		{"slow", Report{Utterances: []string{"one two three four five six seven"}, Audio: 3 * second, Processing: 2 * second}, Warning},
		{"slower than speech", Report{Utterances: []string{"one two three four five six seven"}, Audio: second, Processing: 2 * second}, Critical},
		{"late", Report{Utterances: []string{"one two three four five six seven"}, Audio: 3 * second, Processing: second,
			Latencies: []time.Duration{second / 2, 3 * second / 2, 3 * second / 2}}, Warning},
		{"very late", Report{Utterances: []string{"one two three four five six seven"}, Audio: 3 * second, Processing: second,
			Latencies: []time.Duration{3 * second}}, Critical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.report
			r.Recording = Recording{Utterances: []string{"one two three four five six seven"}}
			r.compare()
			got, faults := r.Judge(DefaultLimits())
			if got != tt.want || (got == OK) != (len(faults) == 0) {
				t.Errorf("%v %q, not %v", got, faults, tt.want)
			}
		})
	}
}

func TestReplayWithoutPrograms(t *testing.T) {
	dir := t.TempDir()
	_, err := Pipeline{Dir: dir}.Replay(context.Background(), Recording{Name: "a", Path: "a.wav"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--programs") {
		t.Errorf("%v", err)
	}
}
