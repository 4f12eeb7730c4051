package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What is wrong with a configuration that a program does not use is known by the
// event of its lines, whatever they say and whatever else is there.
func TestMistakesAreKnownByTheirEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vf-transcribe")
	script := `#!/bin/sh
cat >&2 <<'END'
a loader's words
{"level":"error","tool":"vf-transcribe","pid":1,"time":"2026-11-24T12:00:00Z","message":"the card is hot"}
{"level":"error","tool":"vf-transcribe","pid":1,"event":"config_mistake","time":"2026-11-24T12:00:00Z","message":"line 2: no such key"}
{"level":"warn","tool":"vf-transcribe","pid":1,"event":"config_fallback","time":"2026-11-24T12:00:00Z","message":"reworded"}
END
echo '{"type":"setting","program":"vf-transcribe","key":"device","value":"gpu","origin":"file"}'
`
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	got := askProgram(t.Context(), path, "", nil)
	if !slices.Equal(got.problems, []string{"line 2: no such key"}) || got.device != "gpu" {
		t.Errorf("%+v", got)
	}
}
