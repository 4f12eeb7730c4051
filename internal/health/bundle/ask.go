package bundle

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
)

// How long a program may take.
const (
	versionTime = 10 * time.Second
	answerTime  = 60 * time.Second // preflight looks at devices
)

// ask runs a program.
func (c *collector) ask(ctx context.Context, timeout time.Duration, name string, args ...string) (peer.Output, error) {
	out, err := peer.Run(ctx, timeout, filepath.Join(c.Programs, name), args...)
	if errors.Is(err, peer.ErrTime) {
		err = ownError(fmt.Sprintf("no answer within %v", timeout))
	}
	return out, err
}

// failure returns why a program failed; nil if it did not.
func failure(out peer.Output, err error) error {
	if err == nil && out.Code != exitcode.OK {
		return codeError(out.Code)
	}
	return err
}

func (c *collector) versions(ctx context.Context) {
	var b strings.Builder
	for _, name := range peer.All() {
		out, err := c.ask(ctx, versionTime, name, "--version")
		line := c.public(strings.Join(strings.Fields(out.Stdout), " "))
		if err := failure(out, err); err != nil {
			line = fmt.Sprintf("%s: cannot be run: %s%s", name, c.reason(err), c.lastMessage(out))
			c.note("%s", line)
		}
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	c.add("versions.txt", "versions of the programs", []byte(b.String()))
}

// answer adds what a program says about the machine, made safe. A program that
// fails may still have answered, as its exit code can be a verdict.
func (c *collector) answer(ctx context.Context, safe func(string) string, entry, what, name string, args ...string) {
	out, err := c.ask(ctx, answerTime, name, args...)
	if why := failure(out, err); why != nil && (out.Stdout == "" || err != nil) {
		c.note("%s %s: %s%s", name, entry, c.reason(why), c.lastMessage(out))
	}
	if out.Stdout != "" {
		c.add(entry, what, []byte(safe(out.Stdout)))
	}
}

// preflightArgs returns the arguments that make vf-health report on the machine.
func (c *collector) preflightArgs() []string {
	args := []string{"preflight", "--format", "json"}
	if c.ConfigFile != "" {
		args = append([]string{"--config", c.ConfigFile}, args...)
	}
	return args
}

// lastMessage returns a colon and a stand-in for the last message on a program's
// standard error; empty if there is none.
func (c *collector) lastMessage(out peer.Output) string {
	if last := peer.LastMessage(out.Stderr); last != "" {
		return ": " + c.message(last, "")
	}
	return ""
}

// system describes the machine, without its name.
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
		line("memory", "%d MB, %d MB available", m.Total>>20, m.Available>>20)
	}
	return []byte(b.String())
}
