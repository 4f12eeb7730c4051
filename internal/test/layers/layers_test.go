// Package layers tests that the project's imports point in one direction: commands
// import packages, and packages only import those below them.
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

// allowedImports lists, for each package, the project's packages that it may import. When you
// add a package here, consider where it belongs.
var allowedImports = map[string][]string{
	"pkg/engine/align":           {},
	"pkg/audio":                  {"internal/openfile"},
	"pkg/event":                  {},
	"internal/health/wer":        {},
	"pkg/audio/soxr":             {},
	"pkg/vad/rnnoise":            {},
	"pkg/audio/level":            {},
	"pkg/whisper":                {"internal/openfile"},
	"pkg/paste/x11":              {},
	"pkg/paste/wayland":          {},
	"pkg/paste/notify":           {},
	"pkg/language":               {},
	"pkg/dictation":              {"internal/openfile", "pkg/event", "pkg/language"},
	"pkg/paste":                  {"pkg/paste/wayland", "pkg/paste/x11"},
	"pkg/audio/input":            {"internal/disk", "internal/openfile", "internal/prose", "pkg/audio", "pkg/audio/soxr"},
	"pkg/vad":                    {"pkg/audio", "pkg/audio/soxr", "pkg/vad/rnnoise"},
	"pkg/capture":                {"internal/wait", "pkg/audio", "pkg/audio/soxr", "pkg/capture/pulse"},
	"pkg/capture/pulse":          {"internal/openfile"},
	"internal/health/check":      {"internal/disk", "internal/exitcode", "internal/limits", "internal/prose", "internal/wait", "pkg/event", "internal/health/replay", "internal/health/peer", "internal/health/stats", "internal/health/verdict", "internal/health/wer", "internal/wholefile", "internal/openfile"},
	"internal/config":            {"internal/wholefile", "internal/openfile"},
	"internal/health/stats":      {},
	"internal/health/verdict":    {"internal/exitcode"},
	"internal/wholefile":         {"internal/openfile"},
	"internal/health/peer":       {"internal/config", "pkg/event"},
	"internal/health/metrics":    {"internal/health/service", "internal/limits", "internal/logrecord", "internal/prose", "internal/health/stats", "internal/health/verdict"},
	"internal/health/preflight":  {"internal/health/service", "internal/disk", "internal/exitcode", "internal/prose", "internal/config", "pkg/event", "internal/health/peer", "internal/health/verdict", "pkg/capture/pulse", "internal/openfile"},
	"internal/health/analysis":   {"internal/exitcode", "internal/logrecord", "internal/prose", "internal/health/metrics", "internal/health/stats"},
	"internal/health/dashboard":  {"internal/health/service", "internal/logrecord", "internal/prose", "internal/health/metrics", "internal/openfile"},
	"internal/health/monitor":    {"internal/health/service", "internal/logrecord", "internal/prose", "internal/health/metrics", "internal/health/stats", "internal/health/verdict"},
	"internal/health/bundle":     {"internal/prose", "internal/exitcode", "internal/logrecord", "internal/config", "internal/health/peer", "internal/openfile", "pkg/language"},
	"pkg/format":                 {"pkg/event"},
	"internal/filelist":          {"internal/openfile"},
	"pkg/engine/models":          {"internal/disk", "internal/filelock", "internal/prose", "internal/wait", "pkg/engine/models/quantise", "internal/wholefile", "internal/openfile"},
	"pkg/engine/models/quantise": {},
	"pkg/engine":                 {"internal/wait", "pkg/engine/align", "pkg/whisper"},
	"pkg/engine/window":          {"pkg/engine/align", "pkg/audio", "pkg/vad"},

	"internal/health/replay": {"internal/exitcode", "pkg/audio", "pkg/event", "internal/health/peer", "internal/openfile"},
	"internal/health/report": {"internal/prose", "internal/health/check", "internal/health/verdict"},

	"internal/health/clean":    {"internal/server/endpoint", "internal/logrecord", "pkg/audio", "internal/health/bundle", "internal/health/replay", "pkg/engine/models", "pkg/paste", "internal/health/preflight", "pkg/paste/wayland", "internal/wholefile", "internal/openfile"},
	"internal/cmdline":         {"internal/exitcode", "internal/logrecord", "internal/openfile", "internal/prose", "internal/cmdline/crash", "internal/cmdline/streams", "internal/config"},
	"internal/exitcode":        {},
	"internal/filelock":        {},
	"internal/openfile":        {},
	"internal/prose":           {},
	"internal/disk":            {},
	"internal/limits":          {},
	"internal/wait":            {},
	"internal/logrecord":       {"internal/prose", "internal/openfile"},
	"internal/cmdline/crash":   {},
	"internal/cmdline/streams": {},
	"internal/test/layers":     {},
	"internal/test/setup":      {}, // tests of scripts
	"internal/test/badlines":   {}, // only for tests
	"internal/test/hostile":    {}, // tests of the programs
	"internal/test/messages":   {}, // tests of the documentation
	"internal/test/pages":      {}, // the same
	"internal/test/units":      {}, // tests of contrib

	"internal/resume":          {"internal/openfile", "internal/wholefile", "pkg/engine", "pkg/engine/align"},
	"internal/transcribe":      {"internal/exitcode", "internal/filelist", "internal/resume", "internal/logrecord", "pkg/audio", "pkg/audio/input", "pkg/engine", "pkg/engine/align", "pkg/engine/window", "pkg/event", "pkg/vad", "pkg/whisper"},
	"internal/server":          {"internal/exitcode", "internal/filelist", "internal/ownsocket", "internal/server/endpoint", "internal/server/resident", "internal/server/turns", "internal/server/wire", "internal/transcribe", "pkg/audio", "pkg/audio/input", "pkg/engine", "pkg/engine/models", "pkg/event", "pkg/format", "pkg/language", "pkg/vad", "pkg/whisper"},
	"internal/server/endpoint": {"internal/ownsocket", "internal/openfile"},
	"internal/ownsocket":       {"internal/openfile"},
	"internal/server/resident": {},
	"internal/health/service":  {"internal/server/endpoint"},
	"internal/server/turns":    {},
	"internal/server/worker":   {},
	"internal/server/wire":     {"pkg/engine", "pkg/engine/align", "pkg/whisper"},
	"internal/remote":          {"internal/server/endpoint", "internal/server/wire", "internal/transcribe", "internal/wait", "pkg/audio", "pkg/engine"},
	// Only for tests:
	"internal/test/await":      {},
	"internal/test/home":       {},
	"internal/test/machine":    {},
	"internal/test/pipeline":   {},
	"internal/test/programs":   {},
	"internal/test/proc":       {},
	"internal/test/pulse":      {"internal/test/machine"},
	"internal/test/reference":  {"internal/test/home"},
	"internal/test/sessionbus": {"internal/test/machine"},
	"internal/test/soak":       {},
	"internal/test/sway":       {},
	"internal/test/xvfb":       {"internal/test/machine"},
	"internal/test/e2e":        {},
	"internal/test/faults":     {"pkg/audio", "pkg/event"}, // only for tests

	"cmd/vf-record":     {"internal/disk", "internal/exitcode", "internal/logrecord", "internal/ownsocket", "internal/prose", "internal/cmdline", "internal/cmdline/streams", "internal/wait", "internal/wholefile", "pkg/audio", "pkg/event", "pkg/capture", "pkg/audio/input", "pkg/audio/level", "pkg/paste/notify", "pkg/vad", "internal/openfile"},
	"cmd/vf-vad":        {"internal/exitcode", "internal/prose", "internal/cmdline", "internal/cmdline/streams", "pkg/audio", "pkg/event", "pkg/audio/input", "pkg/audio/level", "pkg/engine/models", "pkg/vad", "pkg/whisper"},
	"cmd/vf-transcribe": {"internal/exitcode", "internal/ownsocket", "internal/remote", "internal/resume", "internal/server", "internal/server/endpoint", "internal/server/wire", "internal/server/worker", "internal/transcribe", "internal/wait", "internal/limits", "internal/logrecord", "internal/prose", "internal/cmdline", "internal/cmdline/streams", "pkg/engine/align", "pkg/audio", "pkg/engine", "pkg/event", "internal/filelist", "pkg/format", "pkg/audio/input", "pkg/language", "pkg/engine/models", "pkg/vad", "pkg/whisper", "internal/wholefile", "pkg/engine/window", "internal/openfile"},
	"cmd/vf-paste":      {"internal/exitcode", "internal/filelock", "internal/logrecord", "internal/cmdline", "internal/cmdline/streams", "pkg/dictation", "pkg/event", "pkg/paste/notify", "pkg/paste", "internal/prose", "internal/wholefile", "internal/openfile"},
	"cmd/vf-health":     {"internal/server/endpoint", "internal/health/service", "internal/exitcode", "internal/logrecord", "internal/prose", "internal/cmdline", "internal/cmdline/streams", "internal/health/analysis", "internal/health/bundle", "internal/config", "internal/health/dashboard", "internal/health/check", "internal/health/replay", "internal/health/report", "internal/health/clean", "internal/health/metrics", "pkg/engine/models", "internal/health/monitor", "internal/health/preflight", "internal/health/peer", "internal/health/verdict", "internal/wholefile"},

	// Tools of the scripts.
	"scripts/pictures": {"internal/logrecord", "pkg/audio"},
	"scripts/relax":    {},
	"scripts/sbom":     {},

	// Benchmarks run the programs as their users do, and share only the formats
	// with what they measure.
	"bench":        {"bench/corpus", "bench/segmentation", "pkg/audio", "pkg/event", "internal/health/wer"},
	"bench/corpus": {"pkg/audio"},

	"bench/segmentation": {},
	"bench/server":       {"internal/health/wer"},
	"bench/dictation":    {"bench/corpus", "pkg/audio", "pkg/event"},
	"bench/grow":         {},
	"bench/detection":    {"pkg/audio", "pkg/audio/input", "pkg/vad", "pkg/whisper"},
}

// usesC lists the packages that may use cgo.
var usesC = []string{"internal/cmdline/crash", "internal/cmdline/streams", "pkg/capture", "pkg/vad/rnnoise", "pkg/audio/soxr", "pkg/whisper"}

// cLibraries lists the bindings to C libraries and the one package that may import each.
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
	if seen != len(allowedImports) {
		t.Errorf("go list shows %d packages, but the table has %d", seen, len(allowedImports))
	}
}

func checkImports(t *testing.T, name string, imports []string) {
	allowed, ok := allowedImports[name]
	if !ok {
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
		path, isOurs := strings.CutPrefix(i, "voiceflow/")
		if isOurs && !slices.Contains(allowed, path) {
			t.Errorf("%s must not import %s", name, path)
		}
	}
}
