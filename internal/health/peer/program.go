// Package peer asks the programs of voiceflow, as processes, what they know:
// their settings, the devices, what they complain of.
//
//	out, err := program.Run(ctx, 10*time.Second, filepath.Join(folder, "vf-transcribe"), "devices", "--json")
//	for _, d := range program.Devices(out.Stdout) {
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

// Pipeline are the four that speech goes through, in their order.
func Pipeline() []string { return []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste"} }

// All are those of the pipeline and the one that watches over them.
func All() []string { return append(Pipeline(), "vf-health") }

// Output is what a program left behind.
type Output struct {
	Stdout, Stderr string
	Code           int
}

// MaxOutput bounds what is kept of each stream, in bytes.
const MaxOutput = 256 << 10

// ErrTime is of a program that took too long.
var ErrTime = errors.New("did not answer in time and was ended")

// Command is exec.CommandContext whose end takes along what the program started,
// such as the program behind a script. It stays in this process's group: what
// the terminal or a supervisor does to that reaches it.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Cancel = func() error { return killFamily(cmd.Process) }
	cmd.WaitDelay = time.Second // for children that keep the pipes open
	return cmd
}

// Run runs a program to its end, and ends it, with what it started, when its
// time is over. The error is that it did not start or did not end in time,
// ErrTime; an exit code is none.
func Run(ctx context.Context, timeout time.Duration, path string, args ...string) (Output, error) {
	return run(ctx, timeout, nil, path, args...)
}

// run is Run with an environment; nil: this process's.
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

// bounded keeps the beginning of what is written to it.
type bounded struct{ strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	b.Builder.Write(p[:min(len(p), MaxOutput-b.Len())])
	return len(p), nil // what is too much is dropped, and hurts nobody
}

// Messages are what a program said on standard error, a text for each line: of
// the JSON lines of a log the message.
func Messages(said string) []string {
	var all []string
	for line := range strings.Lines(said) {
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

// LastMessage is the last of the messages, mostly why a program ended; empty
// where there is none.
func LastMessage(said string) string {
	all := Messages(said)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// Devices reads what vf-transcribe devices --json wrote; other lines are left
// out.
func Devices(stdout string) []event.Device {
	var all []event.Device
	for lines := event.NewReader(strings.NewReader(stdout)); lines.Scan(); {
		if d, ok := lines.Record().(*event.Device); ok {
			all = append(all, *d)
		}
	}
	return all
}
