// Package layers holds the project's imports to their one direction: commands
// use packages, packages use what lies below them, and nobody looks up.
package layers

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// below lists, for each package, the packages of the project that it may
// import. A new package needs a line here, and a thought about its place.
var below = map[string][]string{
	"pkg/align":      {},
	"pkg/audio":      {},
	"pkg/event":      {},
	"pkg/wer":        {},
	"pkg/soxr":       {},
	"pkg/rnnoise":    {},
	"pkg/level":      {},
	"pkg/whisper":    {},
	"pkg/x11":        {},
	"pkg/wayland":    {},
	"pkg/notify":     {},
	"pkg/language":   {},
	"pkg/dictation":  {"pkg/event", "pkg/language"},
	"pkg/paste":      {"pkg/wayland", "pkg/x11"},
	"pkg/input":      {"internal/prose", "pkg/audio", "pkg/soxr"},
	"pkg/vad":        {"pkg/audio", "pkg/soxr", "pkg/rnnoise"},
	"pkg/capture":    {"internal/wait", "pkg/audio", "pkg/soxr"},
	"pkg/health":     {"internal/disk", "internal/exitcode", "internal/limits", "internal/wait", "pkg/event", "pkg/health/replay", "pkg/program", "pkg/stats", "pkg/verdict", "pkg/wer", "pkg/wholefile"},
	"pkg/config":     {"pkg/wholefile"},
	"pkg/stats":      {},
	"pkg/verdict":    {"internal/exitcode"},
	"pkg/wholefile":  {},
	"pkg/program":    {"pkg/config", "pkg/event"},
	"pkg/metrics":    {"internal/limits", "internal/logrecord", "internal/prose", "pkg/stats", "pkg/verdict"},
	"pkg/preflight":  {"internal/disk", "internal/exitcode", "internal/prose", "pkg/config", "pkg/event", "pkg/program", "pkg/verdict"},
	"pkg/analysis":   {"internal/exitcode", "internal/logrecord", "internal/prose", "pkg/metrics", "pkg/stats"},
	"pkg/dashboard":  {"internal/logrecord", "internal/prose", "pkg/metrics"},
	"pkg/monitor":    {"internal/logrecord", "internal/prose", "pkg/metrics", "pkg/stats", "pkg/verdict"},
	"pkg/bundle":     {"internal/exitcode", "internal/logrecord", "pkg/config", "pkg/program"},
	"pkg/format":     {"pkg/event"},
	"pkg/filelist":   {},
	"pkg/modelstore": {"internal/disk", "internal/prose", "internal/wait", "pkg/quantise", "pkg/wholefile"},
	"pkg/quantise":   {},
	"pkg/engine":     {"internal/wait", "pkg/align", "pkg/whisper"},
	"pkg/window":     {"pkg/align", "pkg/audio", "pkg/vad"},

	"pkg/health/replay": {"internal/exitcode", "pkg/audio", "pkg/event", "pkg/program"},
	"pkg/health/report": {"internal/prose", "pkg/health", "pkg/verdict"},

	"pkg/housekeeping":    {"internal/logrecord", "pkg/audio", "pkg/bundle", "pkg/health/replay", "pkg/modelstore", "pkg/paste", "pkg/preflight", "pkg/wayland", "pkg/wholefile"},
	"internal/tool":       {"internal/exitcode", "internal/logrecord", "internal/prose", "internal/streams", "pkg/config"},
	"internal/exitcode":   {},
	"internal/prose":      {},
	"internal/disk":       {},
	"internal/limits":     {},
	"internal/wait":       {},
	"internal/logrecord":  {"internal/prose"},
	"internal/streams":    {},
	"internal/layers":     {},
	"internal/setup":      {}, // tests of scripts
	"internal/sessionbus": {}, // tests alone use it
	"internal/xvfb":       {}, // tests alone use it
	"internal/e2e":        {},
	"internal/faults":     {"pkg/audio", "pkg/event"}, // tests alone use it

	"cmd/vf-record":     {"internal/disk", "internal/exitcode", "internal/logrecord", "internal/prose", "internal/tool", "internal/wait", "pkg/audio", "pkg/capture", "pkg/input", "pkg/level", "pkg/notify", "pkg/vad"},
	"cmd/vf-vad":        {"internal/exitcode", "internal/prose", "internal/tool", "pkg/audio", "pkg/event", "pkg/input", "pkg/level", "pkg/modelstore", "pkg/vad", "pkg/whisper"},
	"cmd/vf-transcribe": {"internal/exitcode", "internal/limits", "internal/logrecord", "internal/prose", "internal/tool", "pkg/align", "pkg/audio", "pkg/engine", "pkg/event", "pkg/filelist", "pkg/format", "pkg/input", "pkg/language", "pkg/modelstore", "pkg/vad", "pkg/whisper", "pkg/wholefile", "pkg/window"},
	"cmd/vf-paste":      {"internal/exitcode", "internal/logrecord", "internal/tool", "pkg/dictation", "pkg/event", "pkg/notify", "pkg/paste", "pkg/wholefile"},
	"cmd/vf-health":     {"internal/exitcode", "internal/logrecord", "internal/prose", "internal/tool", "pkg/analysis", "pkg/bundle", "pkg/config", "pkg/dashboard", "pkg/health", "pkg/health/replay", "pkg/health/report", "pkg/housekeeping", "pkg/metrics", "pkg/modelstore", "pkg/monitor", "pkg/preflight", "pkg/program", "pkg/verdict", "pkg/wholefile"},

	// Measurements run the programs as their users do, and share no code with
	// what they measure but the formats.
	"bench":        {"bench/corpus", "bench/segmentation", "pkg/audio", "pkg/event", "pkg/wer"},
	"bench/corpus": {"pkg/audio"},

	"bench/segmentation": {},
	"bench/grow":         {},
	"bench/detection":    {"pkg/audio", "pkg/input", "pkg/vad", "pkg/whisper"},
}

// usesC are the packages that may be written in part in C.
var usesC = []string{"internal/streams", "pkg/capture", "pkg/rnnoise", "pkg/soxr", "pkg/whisper"}

// cLibraries may be known to one package each.
var cLibraries = map[string]string{
	"github.com/gordonklaus/portaudio":                         "pkg/capture",
	"github.com/ggerganov/whisper.cpp/bindings/go":             "pkg/whisper",
	"github.com/ggerganov/whisper.cpp/bindings/go/pkg/whisper": "",
}

func TestImportsPointDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "voiceflow/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		checkImports(t, strings.TrimPrefix(p.ImportPath, "voiceflow/"), p.Imports)
	}
	if seen != len(below) {
		t.Errorf("go list shows %d packages, the table has %d", seen, len(below))
	}
}

func checkImports(t *testing.T, name string, imports []string) {
	allowed, known := below[name]
	if !known {
		t.Errorf("%s is not in the table of layers", name)
		return
	}
	for _, i := range imports {
		if owner, isC := cLibraries[i]; isC && owner != name {
			t.Errorf("%s imports %s, which belongs to %s", name, i, owner)
		}
		if i == "C" && !slices.Contains(usesC, name) {
			t.Errorf("%s must not use cgo", name)
		}
		own, isOurs := strings.CutPrefix(i, "voiceflow/")
		if isOurs && !slices.Contains(allowed, own) {
			t.Errorf("%s must not import %s", name, own)
		}
	}
}
