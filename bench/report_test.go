package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	var r report
	demo := model{name: "demo"}
	r.claimAtMost(demo, "time over theirs", 0.97, 1)
	r.claimAtMost(demo, "memory over theirs", 1.004, 1)
	for _, cell := range []string{"a|b", "c"} {
		tab := r.table("Numbers", "Some  numbers.", "model", "what")
		tab.row("demo", cell)
		tab.note("A note.")
	}
	got := r.markdown("# Title\n")
	want := `# Title

## Targets

| model | figure | target | measured |  |
|---|---|---|---|---|
| demo | time over theirs | <= 1.00 | 0.970 | met |
| demo | memory over theirs | <= 1.00 | 1.004 | MISSED |

## Numbers

Some numbers.

| model | what |
|---|---|
| demo | a\|b |
| demo | c |

A note.
`
	if got != want {
		t.Errorf("%s", got)
	}
	if missed := r.missed(); len(missed) != 1 || missed[0].what != "memory over theirs" {
		t.Errorf("missed: %v", missed)
	}
}

func TestWrap(t *testing.T) {
	text := strings.Repeat("word ", 40)
	got := wrap(text)
	for line := range strings.Lines(got) {
		if len(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
	if strings.Join(strings.Fields(got), " ") != strings.TrimSpace(text) {
		t.Errorf("%q", got)
	}
}

func TestParse(t *testing.T) {
	t.Setenv("WHISPER_CLI", "/usr/bin/true")
	t.Setenv("VAD_MODEL", "")
	var out strings.Builder
	o, err := parse([]string{"-quick", "-sizes", "base, small", "-vad-model", "/somewhere/silero.bin"}, &out)
	if err != nil || !o.quick || len(o.sizes) != 2 || o.out != "" || o.vadModel != "/somewhere/silero.bin" {
		t.Errorf("%+v, %v", o, err)
	}
	if strings.Contains(o.command, "somewhere") {
		t.Errorf("the report would contain a path of this machine: %s", o.command)
	}
	if o, err := parse(nil, &out); err != nil || o.out != "docs/benchmarks-synthetic.md" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, args := range [][]string{{"-only", "everything"}, {"stray"}, {"-whisper-cli", ""}, {"-nonsense"}} {
		if _, err := parse(args, &out); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

func TestSections(t *testing.T) {
	if len(sections()) != len(sectionNames()) {
		t.Errorf("%d sections, %d names", len(sections()), len(sectionNames()))
	}
	for _, name := range sectionNames() {
		if sections()[name] == nil {
			t.Errorf("no section %s", name)
		}
		if !(model{class: light}).measures(name) {
			t.Errorf("%s is not measured with the demo model", name)
		}
	}
}

func TestParseBusy(t *testing.T) {
	const stat = "cpu  100 20 300 4000 50 6 7 800 9 10\ncpu0 1 2 3\n"
	if got, ok := parseBusy(stat); !ok || got != 12.33 {
		t.Errorf("%g, %v", got, ok)
	}
	for _, bad := range []string{"", "cpu 1 2", "cpu a b c d e f g h", "intr 1 2 3 4 5 6 7 8"} {
		if _, ok := parseBusy(bad); ok {
			t.Errorf("%q is accepted", bad)
		}
	}
	for share, want := range map[float64]string{-1: "unknown", 0.01: "1.0 % of the processors' time", 0.5: "TOO MUCH"} {
		if got := otherWork(share); !strings.Contains(got, want) {
			t.Errorf("%g: %s", share, got)
		}
	}
}
