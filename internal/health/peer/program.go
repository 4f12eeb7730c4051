// Package peer runs the voiceflow programs as processes to query them: for their
// settings, devices and messages.
//
//	out, err := peer.Run(ctx, 10*time.Second, filepath.Join(folder, "vf-transcribe"), "devices", "--json")
//	for _, d := range peer.Devices(out.Stdout) {
//		...
//	}
package peer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/pkg/event"
)

// Pipeline returns the names of the programs of the pipeline, in order.
func Pipeline() []string { return []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"} }

// All returns the names of the programs of the pipeline, and vf-health.
func All() []string { return append(Pipeline(), "vf-health") }

// Output is the result of running a program.
type Output struct {
	Stdout, Stderr string // the first MaxOutput bytes of each
	Code           int    // exit code
}

// MaxOutput is the maximum size of each stream in an Output, in bytes.
const MaxOutput = 256 << 10

// ErrTime is the error of a program that exceeded its time limit.
var ErrTime = errors.New("did not respond in time and was killed")

// Command is like exec.CommandContext, but on cancellation also kills everything
// that the program started, such as the program behind a script. On Linux the
// program also dies if this process is killed or must exit while stuck. The process
// stays in this process's group, so that signals from the terminal or a
// supervisor reach it.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return killFamily(cmd.Process) }
	cmd.SysProcAttr = diesWithParent()
	cmd.WaitDelay = time.Second // for children that keep the pipes open
	return cmd
}

// Run runs a program until it exits. After timeout it kills the program with
// everything that it started. It returns an error if the program did not start,
// and ErrTime if it did not end in time; a non-zero exit code is not an error.
func Run(ctx context.Context, timeout time.Duration, path string, args ...string) (Output, error) {
	return run(ctx, timeout, nil, path, args...)
}

// run is Run with an environment; nil means that of this process.
func run(ctx context.Context, timeout time.Duration, env []string, path string, args ...string) (Output, error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := Command(limited, path, args...)
	cmd.Env = env
	var stdout, stderr bounded
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	out := Output{Stdout: stdout.String(), Stderr: stderr.String()}
	switch exit := new(exec.ExitError); {
	case errors.Is(ctx.Err(), context.Canceled):
		return out, ctx.Err()
	case limited.Err() != nil:
		return out, fmt.Errorf("%s %w", filepath.Base(path), ErrTime)
	case errors.As(err, &exit):
		out.Code = exit.ExitCode()
		return out, nil
	}
	return out, err
}

// bounded keeps the first MaxOutput bytes written to it and discards the rest.
type bounded struct{ strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	b.Builder.Write(p[:min(len(p), MaxOutput-b.Len())])
	return len(p), nil // a short write would be an error
}

// Messages returns the messages in a program's standard error, one per line. For
// JSON log lines, it returns the message field.
func Messages(stderr string) []string {
	var all []string
	for line := range strings.Lines(stderr) {
		var entry struct {
			Message string `json:"message"`
		}
		line = strings.TrimSpace(line)
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Message != "" {
			line = entry.Message
		}
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}

// LastMessage returns the last of the Messages, which is usually why a program
// ended; empty if there are none.
func LastMessage(stderr string) string {
	all := Messages(stderr)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// Devices parses the output of vf-transcribe devices --json. It skips other lines.
func Devices(stdout string) []event.Device {
	var all []event.Device
	for lines := event.NewReader(strings.NewReader(stdout)); lines.Scan(); {
		if d, ok := lines.Record().(*event.Device); ok {
			all = append(all, *d)
		}
	}
	return all
}
