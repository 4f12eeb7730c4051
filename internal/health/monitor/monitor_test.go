package monitor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

var noon = time.Now().Truncate(time.Second)

func utterance(n int, processing float64) logrecord.Record {
	return logrecord.Record{
		Time: noon.Add(time.Duration(n-100) * time.Second), Program: "vf-transcribe", PID: 7, Event: logrecord.Utterance, ID: n,
		AudioSeconds: 3, ProcessingSeconds: processing, SpeedFactor: 3 / processing, LatencySeconds: processing + 0.3,
		Model: "/models/ggml-base.en.bin", Device: "CPU", Refreshes: n / 10, MemoryMB: 212, CPUPercent: 40,
	}
}

// fill sends a model n utterances and some of everything else.
func fill(m *Model, n int) {
	readings := []logrecord.Record{
		{Time: noon.Add(-200 * time.Second), Program: "vf-transcribe", PID: 7, Event: logrecord.Started},
		{Time: noon.Add(-199 * time.Second), Program: "vf-record", PID: 5, Event: logrecord.Started},
		{Time: noon.Add(-198 * time.Second), Program: "vf-record", PID: 5, Event: logrecord.Stopped, ExitCode: 4},
		{Time: noon.Add(-199 * time.Second), Program: "vf-paste", PID: 6, Event: logrecord.Started},
		{Time: noon.Add(-198 * time.Second), Program: "vf-paste", PID: 6, Event: logrecord.Problem, Level: "warn", Message: "no window"},
		{Time: noon.Add(-198 * time.Second), Program: "vf-health", PID: 9, Event: logrecord.Started},
	}
	for i := range n {
		readings = append(readings, utterance(i, 0.5))
	}
	m.Update(News{Readings: readings})
}

func alive(program string, _ int) bool { return program == "vf-transcribe" }

func newModel() *Model {
	return New(Options{Folder: "/logs", Limits: metrics.DefaultLimits(), Alive: alive, Now: func() time.Time { return noon }})
}

func content(m *Model) string { return m.View().Content }

func press(m *Model, key string) tea.Cmd {
	named := map[string]tea.Key{
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "pgdown": {Code: tea.KeyPgDown}, "pgup": {Code: tea.KeyPgUp},
		"end": {Code: tea.KeyEnd}, "home": {Code: tea.KeyHome}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "esc": {Code: tea.KeyEscape},
	}
	k, ok := named[key]
	if !ok {
		k = tea.Key{Code: rune(key[0]), Text: key}
	}
	_, cmd := m.Update(tea.KeyPressMsg(k))
	return cmd
}

// The view fits any terminal, however small.
func TestViewFits(t *testing.T) {
	for _, filled := range []bool{false, true} {
		m := newModel()
		if filled {
			fill(m, 60)
			for i := range 25 {
				m.Update(News{Readings: []logrecord.Record{utterance(60+i, 4)}})
			}
		}
		for range 2 { // without help, then with it
			for width := 1; width < 200; width += 7 {
				for _, height := range []int{1, 2, 3, 10, 24, 60, 200} {
					m.Update(tea.WindowSizeMsg{Width: width, Height: height})
					lines := strings.Split(content(m), "\n")
					if len(lines) > height {
						t.Fatalf("%dx%d: %d lines", width, height, len(lines))
					}
					for _, line := range lines {
						if lipgloss.Width(line) > max(width, 10) {
							t.Fatalf("%dx%d: %d wide: %q", width, height, lipgloss.Width(line), line)
						}
					}
				}
			}
			press(m, "?")
		}
	}
}

func TestViewShows(t *testing.T) {
	m := newModel()
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 100})
	if got := content(m); !strings.Contains(got, "no logs in /logs yet") || !strings.Contains(got, "vf-health config init") {
		t.Errorf("nothing yet:\n%s", got)
	}
	fill(m, 30)
	failed := utterance(31, 1)
	failed.Event, failed.Level, failed.File, failed.Message = logrecord.Failure, "error", "/home/you/secret/talk.wav", "cannot read it"
	m.Update(News{Readings: []logrecord.Record{failed}, Errs: []error{errors.New("worse"), errors.New("bad\x1b[31m line")}})
	got := ansi.Strip(content(m))
	for _, want := range []string{
		"No alerts", "vf-transcribe  ", "running", "stopped, 4", "gone", "ggml-base.en.bin", "utterance 29", "talk.wav", "FAILED",
		"vf-transcribe error: cannot read it", "vf-paste warning: no window", "unreadable log lines or files: 2, the last: bad [31m line",
		"speed factor    median 6.00    3.00 to 6.00  steady  █", "latency       median 0.80 s  0.80 to 1.30 s", "Microphone off: vf-record is not running",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	for _, unwanted := range []string{"/home/you/secret", "vf-health  ", "/models/"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%q is shown:\n%s", unwanted, got)
		}
	}
	for i := range 25 {
		m.Update(News{Readings: []logrecord.Record{utterance(40+i, 4)}})
	}
	got = ansi.Strip(content(m))
	if lines := strings.Split(got, "\n"); lines[1] != "CRITICAL recognising an utterance takes 4.0 s" || !strings.Contains(lines[2], "--profile speed") {
		t.Errorf("alerts:\n%s", got)
	}
}

// A missing folder is not reported twice.
func TestNoFolderYet(t *testing.T) {
	m := newModel()
	m.Update(News{Errs: []error{fmt.Errorf("logs: %w", fs.ErrNotExist)}})
	if got := content(m); strings.Contains(got, "unreadable") {
		t.Errorf("%s", got)
	}
	m.Update(News{Errs: []error{fs.ErrPermission}})
	if got := content(m); !strings.Contains(got, "permission denied") {
		t.Errorf("%s", got)
	}
}

func TestKeys(t *testing.T) {
	m := newModel()
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	fill(m, 60)
	first := content(m)
	for _, step := range []struct {
		key string
		top int
	}{
		{"up", 0}, {"down", 1}, {"down", 2}, {"up", 1}, {"pgdown", 23}, {"pgup", 1}, {"home", 0},
		{"end", len(m.body()) - m.page()}, {"down", len(m.body()) - m.page()}, {"home", 0},
	} {
		press(m, step.key)
		if m.top != step.top {
			t.Errorf("%s: line %d, want %d", step.key, m.top, step.top)
		}
	}
	press(m, "?")
	if got := content(m); !strings.Contains(got, "What you see") {
		t.Errorf("help:\n%s", got)
	}
	press(m, "esc")
	if got := content(m); got != first {
		t.Errorf("after the help:\n%s\nnot\n%s", got, first)
	}
	press(m, "p")
	m.Update(News{Readings: []logrecord.Record{utterance(77, 1)}})
	if got := content(m); strings.Contains(got, "utterance 77") || !strings.Contains(got, "PAUSED") {
		t.Errorf("paused:\n%s", got)
	}
	press(m, "p")
	if got := content(m); !strings.Contains(got, "utterance 77") || strings.Contains(got, "PAUSED") {
		t.Errorf("resumed:\n%s", got)
	}
	for _, key := range []string{"q", "ctrl+c"} {
		cmd := press(m, key)
		if cmd == nil {
			t.Fatalf("%s does not quit", key)
		}
		if _, quits := cmd().(tea.QuitMsg); !quits {
			t.Errorf("%s: %v", key, cmd())
		}
	}
}

func TestText(t *testing.T) {
	m := newModel()
	fill(m, 60)
	got := Text(m.snapshot)
	if strings.Contains(got, "\x1b") || strings.Contains(got, "…") {
		t.Errorf("styled or cut:\n%s", got)
	}
	for _, want := range []string{"No alerts\n", "utterance 59", "utterance 40", "\nProblems\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "utterance 39") {
		t.Errorf("more than 20:\n%s", got)
	}
}

func TestTableDropsColumns(t *testing.T) {
	columns := []column[string]{
		{title: "name", cell: func(s string) string { return s }},
		{title: "first to go", drop: 2, cell: func(s string) string { return s + s }},
		{title: "n", right: true, drop: 1, cell: func(string) string { return "12" }},
	}
	for width, want := range map[int]string{
		0: "name  first to go   n|äb    äbäb         12", 100: "name  first to go   n|äb    äbäb         12",
		20: "name   n|äb    12", 7: "name|äb", 3: "na…|äb",
	} {
		if got := strings.Join(table(columns, []string{"äb"}, width, styles{}), "|"); got != want {
			t.Errorf("width %d: %q, want %q", width, got, want)
		}
	}
}

func TestSparkline(t *testing.T) {
	for _, c := range []struct {
		values []float64
		n      int
		want   string
	}{
		{nil, 10, ""}, {[]float64{3}, 10, "▅"}, {[]float64{3, 3}, 10, "▅▅"}, {[]float64{0, 7}, 10, "▁█"},
		{[]float64{100, 0, 1, 2, 3, 4, 5, 6, 7}, 8, "▁▂▃▄▅▆▇█"}, {[]float64{1, 2}, 0, ""},
	} {
		if got := sparkline(c.values, c.n); got != c.want {
			t.Errorf("%v in %d: %q, want %q", c.values, c.n, got, c.want)
		}
	}
}

// If a folder has logs but no recent lines, the text does not blame the
// configuration.
// Sparklines begin below each other, and the direction is in words.
func TestTrendsAlign(t *testing.T) {
	var recent []logrecord.Record
	for i := range 30 { // latest first
		recent = append(recent, logrecord.Record{SpeedFactor: 100 + 2*float64(i), LatencySeconds: 0.9 - 0.02*float64(i)})
	}
	lines := trends(recent, 0)
	if len(lines) != 3 || !strings.Contains(lines[1], "  falling  ") || !strings.Contains(lines[2], "  rising  ") {
		t.Fatalf("%q", lines)
	}
	begins := func(line string) int { return lipgloss.Width(line[:strings.IndexAny(line, string(bars))]) }
	if begins(lines[1]) != begins(lines[2]) {
		t.Errorf("the sparklines begin at %d and %d", begins(lines[1]), begins(lines[2]))
	}
}

func TestMicrophone(t *testing.T) {
	m := New(Options{Limits: metrics.DefaultLimits(), Now: func() time.Time { return noon }})
	say := func(event, kind logrecord.Event) {
		m.Update(News{Readings: []logrecord.Record{{Time: noon, Program: "vf-record", PID: 5, Event: event, Kind: kind}}})
	}
	for _, step := range []struct {
		event, kind logrecord.Event
		want        string
	}{
		{logrecord.Started, "", "Microphone on: vf-record 5"},
		{logrecord.Problem, logrecord.DeviceLost, "Microphone lost"},
		{logrecord.Problem, logrecord.DeviceReturned, "Microphone on"},
		{logrecord.Stopped, "", "Microphone off"},
	} {
		say(step.event, step.kind)
		if got := Text(m.snapshot); !strings.Contains(got, step.want) {
			t.Errorf("after %s %s: no %q in\n%s", step.event, step.kind, step.want, got)
		}
	}
}

func TestNothingRecent(t *testing.T) {
	folder := t.TempDir()
	for _, tt := range []struct {
		since   time.Duration
		further string
	}{{time.Hour, "24h"}, {24 * time.Hour, "168h"}, {200 * time.Hour, "400h"}} {
		if got := Nothing(folder, tt.since); !strings.Contains(got, "no logs in") {
			t.Errorf("without a log: %s", got)
		}
		if err := os.WriteFile(filepath.Join(folder, "vf-vad.log"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		got := Nothing(folder, tt.since)
		if !strings.Contains(got, "in the last "+tt.since.String()+".") || !strings.HasSuffix(got, "--since "+tt.further) {
			t.Errorf("%s", got)
		}
		if err := os.Remove(filepath.Join(folder, "vf-vad.log")); err != nil {
			t.Fatal(err)
		}
	}
}

// vf-health's own run is not listed.
func TestOwnRunIsNothing(t *testing.T) {
	m := newModel()
	m.Update(News{Readings: []logrecord.Record{{Time: noon, Program: "vf-health", PID: 9, Event: logrecord.Started}}})
	if got := content(m); !strings.Contains(got, "no logs in /logs yet") {
		t.Errorf("%s", got)
	}
}
