package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
)

// How long a program may take.
const (
	versionTime = 10 * time.Second
	answerTime  = 60 * time.Second // preflight looks at devices
)

// limited is a writer that drops what is too much.
type limited struct{ kept bytes.Buffer }

// Write takes all, keeps some.
func (l *limited) Write(p []byte) (int, error) {
	l.kept.Write(p[:min(len(p), maxAnswer-l.kept.Len())])
	return len(p), nil
}

// ask runs a program and returns what it said.
func (c *collector) ask(ctx context.Context, timeout time.Duration, name string, args ...string) (stdout, stderr string, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(c.Programs, name), args...)
	cmd.WaitDelay = time.Second // its children may keep its output open
	var out, said limited
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("no answer within %v", timeout)
	}
	return out.kept.String(), said.kept.String(), err
}

func (c *collector) versions(ctx context.Context) {
	var b strings.Builder
	for _, name := range Programs() {
		out, said, err := c.ask(ctx, versionTime, name, "--version")
		line := strings.Join(strings.Fields(out), " ")
		if err != nil {
			line = fmt.Sprintf("%s: cannot be run: %v %s", name, err, lastMessage(said))
			c.note("%s", line)
		}
		b.WriteString(strings.TrimSpace(c.text(line)) + "\n")
	}
	c.add("versions.txt", "versions of the programs", []byte(b.String()))
}

// answer is what a program says about the machine. One that fails may have
// answered all the same: its exit code can be a verdict.
func (c *collector) answer(ctx context.Context, entry, what, name string, args ...string) {
	out, said, err := c.ask(ctx, answerTime, name, args...)
	if err != nil && (out == "" || !errors.As(err, new(*exec.ExitError))) {
		c.note("%s %s: %v: %s", name, strings.Join(args, " "), err, lastMessage(said))
	}
	if out != "" {
		c.add(entry, what, []byte(c.text(out)))
	}
}

// lastMessage is the last that a program said on standard error, in a log's line
// or in plain words.
func lastMessage(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	last := lines[len(lines)-1]
	var line struct{ Message string }
	if json.Unmarshal([]byte(last), &line) == nil {
		last = line.Message
	}
	return last[:min(len(last), maxText)]
}

// system tells of the machine, without its name.
func system(ctx context.Context) []byte {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s%s\n", name, fmt.Sprintf(format, args...))
	}
	line("platform", "%s/%s", runtime.GOOS, runtime.GOARCH)
	if h, err := host.InfoWithContext(ctx); err == nil {
		line("system", "%s %s", h.Platform, h.PlatformVersion)
		line("kernel", "%s %s", h.KernelVersion, h.KernelArch)
		line("up", "%v", time.Duration(h.Uptime)*time.Second)
		if h.VirtualizationRole == "guest" {
			line("virtual", "%s", h.VirtualizationSystem)
		}
	}
	line("cores", "%d", runtime.NumCPU())
	if p, err := cpu.InfoWithContext(ctx); err == nil && len(p) > 0 {
		line("processor", "%s", p[0].ModelName)
	}
	if l, err := load.AvgWithContext(ctx); err == nil {
		line("load", "%.2f %.2f %.2f", l.Load1, l.Load5, l.Load15)
	}
	if m, err := mem.VirtualMemoryWithContext(ctx); err == nil {
		line("memory", "%d MB, of which %d MB are available", m.Total>>20, m.Available>>20)
	}
	return []byte(b.String())
}
