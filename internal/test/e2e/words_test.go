package e2e

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestWordTimes: the words of the ten sentences start at the times that the speech
// synthesisers report, and none is shorter than 30 ms.
func TestWordTimes(t *testing.T) {
	t.Parallel()
	expected := map[string][][2]string{} // words and their start times, by sentence
	table, err := os.ReadFile(filepath.Join(filepath.Dir(recording("sentence-01")), "words.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		column := strings.Fields(line)
		expected[column[0]] = append(expected[column[0]], [2]string{column[1], column[2]})
	}
	for _, more := range [][]string{nil, {"--no-vad"}} {
		var distances []float64
		for number, words := range expected {
			if number == "sentence" { // the table's header
				continue
			}
			got := transcripts(t, append(more, "--word-timestamps", recording("sentence-"+number))...)[0].Segments[0].Words
			if len(got) != len(words) {
				t.Fatalf("sentence %s: %v, want %v", number, got, words)
			}
			for i, w := range got {
				if w.End-w.Start < 0.03-1e-9 {
					t.Errorf("sentence %s: %+v lasts less than 30 ms", number, w)
				}
				if start, err := strconv.ParseFloat(words[i][1], 64); err == nil { // some start times are unknown
					distances = append(distances, math.Abs(w.Start-start))
				}
			}
		}
		slices.Sort(distances)
		median, most := distances[len(distances)/2], distances[len(distances)*9/10]
		t.Logf("%v: start times of %d words are off by %.3f s (median), %.3f s (90th percentile)", more, len(distances), median, most)
		if median > 0.045 || most > 0.16 {
			t.Errorf("%v: start times are off by %.3f s (median), %.3f s (90th percentile)", more, median, most)
		}
	}
}
