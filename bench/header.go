package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// header begins the report: what was measured, where and how.
func (b *bench) header(o *options, started time.Time) string {
	var s strings.Builder
	s.WriteString("# Benchmarks on synthetic speech\n\n" + wrapped(`vf-transcribe beside whisper.cpp's own whisper-cli, on the same library,
models and speech. Written by bench/; do not edit.`) + "\n\n| | |\n|---|---|\n")
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&s, "| %s | %s |\n", name, fmt.Sprintf(format, args...))
	}
	row("date", "%s, in %.0f minutes", started.Format("2006-01-02"), math.Ceil(time.Since(started).Minutes()))
	row("command", "`%s`", o.command)
	row("processors", "%d, %s", runtime.NumCPU(), field("/proc/cpuinfo", "model name"))
	row("memory", "%s", memory(field("/proc/meminfo", "MemTotal")))
	row("other work meanwhile", "%s", otherWork(b.runner.otherWork()))
	for _, m := range b.models {
		row("model "+m.name, "%s", m.about())
	}
	s.WriteString("\n" + wrapped(`The speech is sentences of random words by speech synthesisers, which the demo
model was trained for. Models of other sizes are the demo model grown to a real model's shape: they say the same words at
the real cost. Programs that are compared take turns, after a round that does not count. Numbers are medians; a ratio is
the median of the ratios of runs that followed each other. Processor seconds are those of all processors together. Peak
memory is the most that the system counted for the process. MB are millions of bytes.`) + "\n")
	return s.String()
}

func (m model) about() string {
	info, err := os.Stat(m.file)
	if err != nil {
		return "gone"
	}
	about := fmt.Sprintf("%.0f MB", float64(info.Size())/1e6)
	if m.class == heavy {
		about += "; compared with few files, once"
	}
	return about
}

// field reads "name : value" from a file of the system's.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// memory makes "24608840 kB" readable.
func memory(kB string) string {
	var n float64
	if _, err := fmt.Sscanf(kB, "%f kB", &n); err != nil {
		return kB
	}
	return fmt.Sprintf("%.1f GB", n*1024/1e9)
}

// disturbing is the share of the processors' time from which on other work
// makes the times doubtful.
const disturbing = 0.05

func otherWork(share float64) string {
	switch {
	case share < 0:
		return "unknown"
	case share > disturbing:
		return fmt.Sprintf("%s of the processors' time: TOO MUCH, measure again on an idle machine", percent(share))
	}
	return percent(share) + " of the processors' time"
}

// busySeconds is the time that the machine's processors have worked since it
// was started, or that another machine took of them.
func busySeconds() (float64, bool) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	return parseBusy(string(text))
}

// parseBusy reads the first line of Linux' /proc/stat: after "cpu", hundredths
// of seconds in user mode, nice, system, idle, waiting for disks, interrupts
// of two kinds, and stolen.
func parseBusy(stat string) (float64, bool) {
	line, _, _ := strings.Cut(stat, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return 0, false
	}
	const idle, disks = 4, 5
	sum := 0.0
	for i, f := range fields[:9] {
		if i == 0 || i == idle || i == disks {
			continue
		}
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, false
		}
		sum += n
	}
	return sum / 100, true
}
