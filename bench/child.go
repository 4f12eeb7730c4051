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
	"syscall"
	"time"
)

// usage is what a run of a program cost.
type usage struct {
	wall      float64 // seconds
	processor float64 // seconds, of all processors, in user and system mode
	peak      float64 // MB of memory at most
}

// outcome is a run of a program.
type outcome struct {
	usage
	output string
}

// longest is the time after which a run is given up: a program that takes so
// long has lost its way.
const longest = time.Hour

// runner runs programs, away from their user's settings, and watches what else
// the machine does meanwhile.
type runner struct {
	env   []string
	other float64 // processor seconds of everything but the programs
	whole float64 // processor seconds that there were, while they ran
}

// newRunner gives the programs an empty folder for settings.
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

// run waits for the program and says what it cost. watch, unless nil, is called
// with its process number now and then while it runs.
func (r *runner) run(ctx context.Context, command []string, watch func(pid int)) (outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("not done after %v", longest))
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, r.env
	forgetPeak()
	busyBefore, known := busySeconds()
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return outcome{}, err
	}
	stop := watching(cmd.Process.Pid, watch)
	err := cmd.Wait()
	wall := time.Since(started)
	stop()
	if cause := context.Cause(ctx); cause != nil {
		err = cause // rather than that it was killed
	}
	if err != nil {
		return outcome{}, fmt.Errorf("%s: %w: %s", shown(command), err, lastLines(stderr.String(), 3))
	}
	state := cmd.ProcessState
	own := (state.UserTime() + state.SystemTime()).Seconds()
	if busyAfter, ok := busySeconds(); known && ok {
		r.other += max(busyAfter-busyBefore-own, 0)
		r.whole += wall.Seconds() * float64(runtime.NumCPU())
	}
	return outcome{usage{wall: wall.Seconds(), processor: own, peak: peak(state)}, stdout.String()}, nil
}

// otherWork is the share of the processors' time that went to something else
// while programs ran; below 0 where the system does not tell.
func (r *runner) otherWork() float64 {
	if r.whole == 0 {
		return -1
	}
	return r.other / r.whole
}

// watching calls watch every other millisecond until it is stopped.
func watching(pid int, watch func(pid int)) (stop func()) {
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

// peak is the most memory that the process had, in MB.
func peak(state *os.ProcessState) float64 {
	u, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(u.Maxrss) / 1e6
	}
	return float64(u.Maxrss) * 1024 / 1e6
}

// forgetPeak makes this process small, and Linux forget that it was bigger: a
// new process inherits its parent's peak, and no measurement would be below it.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux only
}

// shown is a command for a message: without what files it was given.
func shown(command []string) string {
	if len(command) > 12 {
		command = append(command[:12:12], "...")
	}
	return strings.Join(command, " ")
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(len(lines)-n, 0):], "; ")
}
