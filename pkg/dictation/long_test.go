//go:build !race && unix

// The race detector makes this ten times slower, so make test runs it without.

package dictation

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processorTime returns how long the processors have worked for this process.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// A text of 1 MB with many commands takes less than a second, whatever it repeats. The
// bound is twice that, and on the time of the processors, as the machine may be busy.
func TestLongText(t *testing.T) {
	const size = 1 << 20
	for language, texts := range map[string][]string{
		"en": {
			"one comma two full stop new line the period of time ", "one dash ", "quote a ", "scratch that x ", ".", "that ",
			"twenty-", "two million ", "1,",
		},
		"de": {"eins Komma zwei Komma ", "Punkt acht Uhr ", "einund"},
		"es": {"uno coma dos coma ", "dos puntos de acuerdo "},
		"fr": {"un virgule deux virgule ", "d'", "point d'accord deux points "},
	} {
		for _, text := range texts {
			d := made(t, Options{Commands: language, Numbers: language, Capitalise: true})
			d.AddText("before")
			long := strings.Repeat(text, size/len(text))
			start := processorTime(t)
			d.AddText(long)
			took := processorTime(t) - start
			t.Logf("%s: %v for 1 MB of %q", language, took, text)
			if took > 2*time.Second {
				t.Errorf("%s: %q, 1 MB: %v", language, text, took)
			}
		}
	}
}

// TestLongTextManyReplacements: as many replacements as there may be are found in one pass over the text.
func TestLongTextManyReplacements(t *testing.T) {
	var table strings.Builder
	table.WriteString("[replace]\n")
	for i := range maxLines {
		fmt.Fprintf(&table, "\"word common thing %d\" = \"<%d>\"\n", i, i)
	}
	d := made(t, Options{ReplaceFile: replaceFile(t, table.String())})
	got := d.AddText(strings.Repeat("word common word common thing 7, ", 30_000) + "word common thing 19999").Insert
	want := strings.Repeat("word common <7>, ", 30_000) + "<19999>"
	if got != want {
		t.Errorf("got %d bytes, %.100q, want %d", len(got), got, len(want))
	}
	if got := d.Preview("word common thing 12 and word common"); got != " <12> and" {
		t.Errorf("the preview is %q", got)
	}
}
