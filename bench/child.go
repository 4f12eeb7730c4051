package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// usage is what one run of a program used.
type usage struct {
	wall      float64 // seconds
	processor float64 // seconds, summed over all processors, in user and system mode
	peak      float64 // MB of memory
}

// outcome is the result of one run of a program.
type outcome struct {
	usage
	output string
}

// longest is the time after which a run is abandoned, because the program is stuck.
const longest = time.Hour

// runner runs programs isolated from the user's settings, and measures what else the machine
// does in the meantime.
type runner struct {
	env   []string
	other float64 // CPU seconds of everything but the programs
	whole float64 // CPU seconds available while they ran
}

// newRunner returns a runner whose programs use an empty settings folder.
func newRunner(settings string) (*runner, error) {
	if err := os.MkdirAll(settings, 0o755); err != nil {
		return nil, err
	}
	settings, err := filepath.Abs(settings)
	if err != nil {
		return nil, err
	}
	r := &runner{}
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "VOICEFLOW_") && !strings.HasPrefix(v, "VOICEFLOW_BACKENDS=") {
			continue
		}
		r.env = append(r.env, v)
	}
	r.env = append(r.env, "XDG_CONFIG_HOME="+settings, "XDG_STATE_HOME="+settings)
	return r, nil
}

// run runs a program to its end and returns its output and what it used. If watch is not nil,
// it is called with the process ID from time to time while the program runs.
func (r *runner) run(ctx context.Context, command []string, watch func(pid int)) (outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("not done after %v", longest))
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, r.env
	resetPeak()
	busyBefore, okBefore := busySeconds()
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return outcome{}, err
	}
	stop := startWatching(cmd.Process.Pid, watch)
	err := cmd.Wait()
	wall := time.Since(started)
	stop()
	if cause := context.Cause(ctx); cause != nil {
		err = cause // more helpful than "killed"
	}
	if err != nil {
		return outcome{}, fmt.Errorf("%s: %w: %s", shorten(command), err, lastLines(stderr.String(), 3))
	}
	state := cmd.ProcessState
	used := (state.UserTime() + state.SystemTime()).Seconds()
	if busyAfter, ok := busySeconds(); okBefore && ok {
		r.other += max(busyAfter-busyBefore-used, 0)
		r.whole += wall.Seconds() * float64(runtime.NumCPU())
	}
	return outcome{usage{wall: wall.Seconds(), processor: used, peak: peak(state)}, stdout.String()}, nil
}

// otherWork returns the share of the processors' time that went to other work while programs
// ran, or a negative number if the system does not report it.
func (r *runner) otherWork() float64 {
	if r.whole == 0 {
		return -1
	}
	return r.other / r.whole
}

// startWatching calls watch every two milliseconds until stop is called.
func startWatching(pid int, watch func(pid int)) (stop func()) {
	if watch == nil {
		return func() {}
	}
	ended := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(2 * time.Millisecond):
				watch(pid)
			}
		}
	})
	return func() {
		close(ended)
		group.Wait()
	}
}

// resetPeak shrinks this process and makes Linux forget that it was larger: a new process
// inherits its parent's peak, and no measurement could be below that.
func resetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux only
}

// shorten formats a command for a message, without its many files.
func shorten(command []string) string {
	if len(command) > 12 {
		command = append(command[:12:12], "...")
	}
	return strings.Join(command, " ")
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "; ")
}
