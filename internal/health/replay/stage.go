package replay

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
)

// saidLimit bounds what is kept of a program's messages, in bytes.
const saidLimit = 64 << 10

// stage is one process of the pipeline.
type stage struct {
	*exec.Cmd
	name    string
	said    tail
	ours    []*os.File // ends of pipes that the process has a copy of
	ctx     context.Context
	started bool
	waited  bool // for its end
}

// unkillable is how long a process that has been killed may take to end. One
// that hangs in a driver may take for ever.
const unkillable = 2 * time.Second

// Outcome is how a program ended.
type Outcome struct {
	Program string
	Code    int    // exit code; -1: ended by a signal
	Signal  string // that ended it
	Said    string // the end of its standard error
}

// StageError is a program that failed.
type StageError struct{ Outcome }

func (e *StageError) Error() string {
	how := fmt.Sprintf("exit code %d", e.Code)
	if e.Signal != "" {
		how = e.Signal
	}
	return fmt.Sprintf("%s: %s: %s", e.Program, how, e.LastWords())
}

// LastWords is the last message of the program, in one line.
func (o Outcome) LastWords() string { return peer.LastMessage(o.Said) }

func newStage(ctx context.Context, dir, name string, args ...string) *stage {
	path := name
	if dir != "" {
		path = filepath.Join(dir, name)
	}
	s := &stage{Cmd: peer.Command(ctx, path, args...), name: name, ctx: ctx}
	s.Stderr = &s.said
	return s
}

func (s *stage) start() error {
	if err := s.Start(); err != nil {
		return fmt.Errorf("%s does not start: %w; build the programs with make, or name their folder with --programs", s.name, err)
	}
	s.started = true
	s.closeOurs()
	return nil
}

// is names the program.
func (s *stage) is() string { return s.name }

// ended tells whether the process has ended, before it is waited for.
func (s *stage) ended() bool {
	p, err := process.NewProcess(int32(s.Process.Pid))
	if err != nil {
		return true
	}
	status, err := p.Status()
	return err == nil && slices.Contains(status, process.Zombie)
}

// join makes a pipe from one process to another.
func join(from, to *stage) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("pipe from %s to %s: %w", from.name, to.name, err)
	}
	from.Stdout, to.Stdin = w, r
	from.ours, to.ours = append(from.ours, w), append(to.ours, r)
	return nil
}

// output is a pipe whose reading end is ours; unlike that of StdoutPipe it
// stays open when the process has been waited for.
func (s *stage) output() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe from %s: %w", s.name, err)
	}
	s.Stdout, s.ours = w, append(s.ours, w)
	return r, nil
}

func (s *stage) closeOurs() {
	for _, f := range s.ours {
		f.Close()
	}
	s.ours = nil
}

// wait waits for the end of the process, or for what is enough where it is
// killed.
func (s *stage) wait() error {
	s.waited = true
	ended := make(chan error, 1)
	go func() { ended <- s.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-s.ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(unkillable):
		return fmt.Errorf("%s cannot be ended", s.name)
	}
}

// end waits for the process and tells how it ended.
func (s *stage) end() (Outcome, error) {
	err := s.wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return Outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	o := Outcome{Program: s.name, Code: s.ProcessState.ExitCode(), Said: s.said.String()}
	if status, ok := s.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		if o.Signal = status.Signal().String(); status.Signal() == syscall.SIGPIPE {
			o.Code, o.Signal = exitcode.BrokenPipe, ""
		}
	}
	return o, nil
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - saidLimit; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.kept) }
