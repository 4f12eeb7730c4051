package main

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"voiceflow/internal/exitcode"
)

// TestManyLines: a text of many lines costs no more per line than a short one, and all of it
// gets into the history.
func TestManyLines(t *testing.T) {
	var lines strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&lines, "this is line %d of the text, and it goes on\n", i)
	}
	for _, args := range [][]string{nil, {"--history", "5"}} {
		bare(t)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		code, out, log := pasted(t, lines.String(), append([]string{"--method", "stdout"}, args...)...)
		runtime.ReadMemStats(&after)
		if code != exitcode.OK || out != lines.String() {
			t.Errorf("%q: code %d, %d bytes\n%.1000s", args, code, len(out), log)
		}
		const most = 1 << 30 // bytes; a copy of the whole text per line is 2.6 GB
		if used := after.TotalAlloc - before.TotalAlloc; used > most {
			t.Errorf("%q: %d MB allocated", args, used>>20)
		}
		if want := strings.TrimSpace(strings.ReplaceAll(lines.String(), "\n", "")); args != nil && len(texts(t)) < len(want) {
			t.Errorf("the history has %d bytes, want %d", len(texts(t)), len(want))
		}
	}
}

// TestManyUndelivered: the same if no method works; all of it is kept.
func TestManyUndelivered(t *testing.T) {
	bare(t)
	t.Setenv("PATH", t.TempDir())
	line := "this is one of the many lines that nothing takes"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	code, text, log := kept(t, strings.Repeat(line+"\n", 10_000), nil)
	runtime.ReadMemStats(&after)
	if want := strings.TrimSpace(strings.Repeat(line+" ", 10_000)) + "\n"; code != exitcode.NoTarget || text != want {
		t.Errorf("code %d, %d bytes, want %d\n%.1000s", code, len(text), len(want), log)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<30 {
		t.Errorf("%d MB allocated", used>>20)
	}
}
