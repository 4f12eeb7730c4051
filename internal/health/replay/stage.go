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

// stderrLimit is the maximum number of bytes kept of a program's messages.
const stderrLimit = 64 << 10

// stage is one process of the pipeline.
type stage struct {
	*exec.Cmd
	name    string
	stderr  tail
	inherit []*os.File // pipe ends that the process inherits; closed here after its start
	ctx     context.Context
	started bool
	waited  bool // Wait has been called
}

// killTimeout is how long a killed process may take to end. One that hangs in a
// driver may never end.
const killTimeout = 2 * time.Second

// Outcome is how a program ended.
type Outcome struct {
	Program string
	Code    int    // exit code; -1: killed by a signal
	Signal  string // signal that killed it
	Stderr  string // end of its standard error
}

// StageError is the failure of a program.
type StageError struct{ Outcome }

func (e *StageError) Error() string {
	how := fmt.Sprintf("exit code %d", e.Code)
	if e.Signal != "" {
		how = e.Signal
	}
	return fmt.Sprintf("%s: %s: %s", e.Program, how, e.LastWords())
}

// LastWords returns the last message of the program, one line.
func (o Outcome) LastWords() string { return peer.LastMessage(o.Stderr) }

func newStage(ctx context.Context, dir, name string, args ...string) *stage {
	path := name
	if dir != "" {
		path = filepath.Join(dir, name)
	}
	s := &stage{Cmd: peer.Command(ctx, path, args...), name: name, ctx: ctx}
	s.Stderr = &s.stderr
	return s
}

func (s *stage) start() error {
	if err := s.Start(); err != nil {
		return fmt.Errorf("cannot start %s: %w; build the programs with make, or name their folder with --programs",
			s.name, err)
	}
	s.started = true
	s.closeInherited()
	return nil
}

// program returns the name of the program.
func (s *stage) program() string { return s.name }

// ended reports whether the process has ended, even before wait.
func (s *stage) ended() bool {
	p, err := process.NewProcess(int32(s.Process.Pid))
	if err != nil {
		return true
	}
	status, err := p.Status()
	return err == nil && slices.Contains(status, process.Zombie)
}

// join connects two processes by a pipe.
func join(from, to *stage) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("pipe from %s to %s: %w", from.name, to.name, err)
	}
	from.Stdout, to.Stdin = w, r
	from.inherit, to.inherit = append(from.inherit, w), append(to.inherit, r)
	return nil
}

// output connects the process's standard output to a pipe and returns the reading
// end. Unlike that of StdoutPipe, it stays open after wait.
func (s *stage) output() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe from %s: %w", s.name, err)
	}
	s.Stdout, s.inherit = w, append(s.inherit, w)
	return r, nil
}

func (s *stage) closeInherited() {
	for _, f := range s.inherit {
		f.Close()
	}
	s.inherit = nil
}

// wait waits for the process to end, and at most killTimeout after cancellation.
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
	case <-time.After(killTimeout):
		return fmt.Errorf("%s cannot be killed", s.name)
	}
}

// end waits for the process and returns how it ended.
func (s *stage) end() (Outcome, error) {
	err := s.wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return Outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	o := Outcome{Program: s.name, Code: s.ProcessState.ExitCode(), Stderr: s.stderr.String()}
	if status, ok := s.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		if o.Signal = status.Signal().String(); status.Signal() == syscall.SIGPIPE {
			o.Code, o.Signal = exitcode.BrokenPipe, ""
		}
	}
	return o, nil
}

// tail keeps the last stderrLimit bytes written to it.
type tail struct{ data []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if excess := len(t.data) - stderrLimit; excess > 0 {
		t.data = append(t.data[:0], t.data[excess:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.data) }
