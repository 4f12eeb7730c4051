// Package pipeline runs programs in a pipe for tests. The test passes on what each writes,
// so that it knows what has arrived, and can stall or cut what is on its way.
package pipeline

import (
	"bytes"
	"io"
	"os/exec"
	"sync"
	"time"
)

// Pipeline is a row of programs, each of which reads what the one before it writes.
type Pipeline struct {
	Cmds []*exec.Cmd
	Log  Buffer // what they write to standard error

	// Pass decides how many of the n bytes that a stage has written go on now, at least one;
	// the rest waits for the next call. If open is false, the pipe is cut. There is a
	// goroutine per stage that calls it. Without it, everything goes on.
	Pass func(stage, n int) (now int, open bool)

	// Forget keeps nothing of what has passed, for pipelines that run for hours.
	Forget bool

	begun  []chan struct{}
	passed []bytes.Buffer
	copied sync.WaitGroup
}

// New prepares a pipeline.
func New(cmds ...*exec.Cmd) *Pipeline {
	p := &Pipeline{Cmds: cmds, passed: make([]bytes.Buffer, len(cmds))}
	for _, cmd := range cmds {
		cmd.Stderr = &p.Log
		p.begun = append(p.begun, make(chan struct{}))
	}
	return p
}

// Start starts the programs. What the last one writes goes to last as well.
func (p *Pipeline) Start(last io.Writer) error {
	from, to := make([]io.ReadCloser, len(p.Cmds)), make([]io.WriteCloser, len(p.Cmds))
	var err error
	for i, cmd := range p.Cmds {
		if from[i], err = cmd.StdoutPipe(); err != nil {
			return err
		}
		if i > 0 {
			if to[i-1], err = cmd.StdinPipe(); err != nil {
				return err
			}
		}
	}
	to[len(to)-1] = nopCloser{last}
	for _, cmd := range p.Cmds {
		if err := cmd.Start(); err != nil {
			p.Kill()
			return err
		}
	}
	for i := range p.Cmds {
		p.copied.Go(func() { p.relay(i, from[i], to[i]) })
	}
	return nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// relay passes on what a program writes, until one side has gone.
func (p *Pipeline) relay(stage int, from io.ReadCloser, to io.WriteCloser) {
	begin := sync.OnceFunc(func() { close(p.begun[stage]) })
	defer begin()
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		for data := buf[:n]; len(data) > 0; {
			now, open := len(data), true
			if p.Pass != nil {
				now, open = p.Pass(stage, now)
			}
			if !open {
				return
			}
			if _, err := to.Write(data[:now]); err != nil {
				return
			}
			if !p.Forget {
				p.passed[stage].Write(data[:now])
			}
			data = data[now:]
		}
		if n > 0 {
			begin()
		}
		if err != nil {
			return
		}
	}
}

// Begun is closed when a stage has written something that was passed on, or has ended.
func (p *Pipeline) Begun(stage int) <-chan struct{} { return p.begun[stage] }

// Passed is what the next program has taken of what a stage wrote, unless Forget is set. It is valid in
// [Pipeline.Pass] for its own stage, and for all when the programs have ended.
func (p *Pipeline) Passed(stage int) *bytes.Buffer { return &p.passed[stage] }

// AwaitCopied waits until nothing more is passed on.
func (p *Pipeline) AwaitCopied() { p.copied.Wait() }

// End waits for the programs, and returns their exit codes; -1 is a signal. It kills the
// programs when they take longer than limit, and reports it.
func (p *Pipeline) End(limit time.Duration) (codes []int, hung bool) {
	late := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		close(late)
		p.Kill()
	})
	p.copied.Wait()
	for _, cmd := range p.Cmds {
		_ = cmd.Wait() // the exit code says it
		codes = append(codes, cmd.ProcessState.ExitCode())
	}
	if timer.Stop() {
		return codes, false
	}
	<-late
	return codes, true
}

// Kill ends the programs that have been started.
func (p *Pipeline) Kill() {
	for _, cmd := range p.Cmds {
		if cmd.Process != nil {
			_ = cmd.Process.Kill()
		}
	}
}

// Buffer is a buffer that several programs may write to.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the buffer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns what has been written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
