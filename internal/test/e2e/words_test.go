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

// TestWordTimes: the words of the ten sentences begin where the synthesisers say, and
// each lasts.
func TestWordTimes(t *testing.T) {
	t.Parallel()
	known := map[string][][2]string{} // of a sentence: words and their starts
	table, err := os.ReadFile(filepath.Join(filepath.Dir(recording("sentence-01")), "words.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		column := strings.Fields(line)
		known[column[0]] = append(known[column[0]], [2]string{column[1], column[2]})
	}
	for _, more := range [][]string{nil, {"--no-vad"}} {
		var distances []float64
		for number, words := range known {
			if number == "sentence" { // the head of the table
				continue
			}
			said := transcripts(t, append(more, "--word-timestamps", recording("sentence-"+number))...)[0].Segments[0].Words
			if len(said) != len(words) {
				t.Fatalf("sentence %s: %v, not %v", number, said, words)
			}
			for i, w := range said {
				if w.End-w.Start < 0.03-1e-9 {
					t.Errorf("sentence %s: %+v lasts less than 30 ms", number, w)
				}
				if start, err := strconv.ParseFloat(words[i][1], 64); err == nil { // not every one is known
					distances = append(distances, math.Abs(w.Start-start))
				}
			}
		}
		slices.Sort(distances)
		median, most := distances[len(distances)/2], distances[len(distances)*9/10]
		t.Logf("%v: median %.3f s, 9 of 10 within %.3f s, of %d words", more, median, most, len(distances))
		if median > 0.045 || most > 0.16 {
			t.Errorf("%v: words begin %.3f s from where they are, a tenth %.3f s or more", more, median, most)
		}
	}
}
