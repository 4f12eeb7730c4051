//go:build linux

package soak

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// pipeline is a running pipeline. The test passes on what the programs write, so it knows
// what has arrived, and can stall or cut the pipes.
type pipeline struct {
	cmds    [stages]*exec.Cmd
	passed  [stages]bytes.Buffer // what the next program has taken; valid after end
	endless bool                 // passed is not kept
	trickle [stages]int          // bytes to be passed on one by one
	plan    *plan
	log     lockedBuffer
	said    string // file with the texts of --exec
	copied  sync.WaitGroup
}

// lockedBuffer is a buffer that several programs may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newPipeline prepares a session in a folder of its own.
func newPipeline(s *settings, folder string, p *plan, socket string) *pipeline {
	l := &pipeline{plan: p, said: filepath.Join(folder, "said.txt")}
	full := filepath.Join(folder, "full")
	env := append(append([]string{}, s.env...), homeOf(folder)...)
	env = append(env, "FULL="+full, "SAID="+l.said)
	args := [stages][]string{
		{"--input", filepath.Join(folder, "said.wav")}, nil, {"-t", "1", "-j", "1", "-m", s.model()}, {"--method", "stdout"},
	}
	if !p.pcm {
		args[record] = append(args[record], "--output-format", "jsonl")
	}
	if p.exec {
		args[paste] = []string{"--exec", `cat >>"$SAID"; echo >>"$SAID"`}
	}
	switch p.connect {
	case "auto":
		env = append(env, "XDG_RUNTIME_DIR="+filepath.Dir(filepath.Dir(socket)))
		args[transcribe] = append(args[transcribe], "--connect")
	case "unix":
		args[transcribe] = append(args[transcribe], "--connect", "unix:"+socket)
	}
	for i, name := range names {
		command := append([]string{s.program(name)}, args[i]...)
		stageEnv := env
		if i == p.fullDisk {
			command = append(command, "--log-file", full+"/")
			if i == paste {
				command = append(command, "--history", "20")
				stageEnv = append(append([]string{}, env...), "XDG_STATE_HOME="+full)
			}
		}
		if prelude := p.prelude(s, i); prelude != "" {
			command = append([]string{"sh", "-c", prelude + `exec "$0" "$@"`}, command...)
		}
		if i == p.fullDisk && s.mounts {
			command = append([]string{"unshare", "-rm"}, command...)
		}
		l.cmds[i] = exec.Command(command[0], command[1:]...)
		l.cmds[i].Env, l.cmds[i].Stderr = stageEnv, &l.log
	}
	return l
}

// start starts the programs and passes on what they write.
func (p *pipeline) start(last io.Writer) error {
	var from [stages]io.ReadCloser
	var to [stages]io.WriteCloser
	var err error
	for i, cmd := range p.cmds {
		if from[i], err = cmd.StdoutPipe(); err != nil {
			return err
		}
		if i > 0 {
			if to[i-1], err = cmd.StdinPipe(); err != nil {
				return err
			}
		}
	}
	to[paste] = nopCloser{last}
	for _, cmd := range p.cmds {
		if err := cmd.Start(); err != nil {
			p.kill()
			return err
		}
	}
	for _, e := range p.plan.mishaps {
		if e.relay < 0 {
			p.happen(e)
		}
	}
	for i := range stages {
		p.copied.Go(func() { p.relay(i, from[i], to[i]) })
	}
	return nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// relay passes on what a program writes, until one side has gone.
func (p *pipeline) relay(i int, from io.ReadCloser, to io.WriteCloser) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		for data := buf[:n]; len(data) > 0; {
			size, open := p.next(i, len(data))
			if !open {
				return
			}
			if _, err := to.Write(data[:size]); err != nil {
				return
			}
			if !p.endless {
				p.passed[i].Write(data[:size])
			}
			data = data[size:]
		}
		if err != nil {
			return
		}
	}
}

// next lets happen what is due, and returns how many of n bytes to pass on next. open is
// false if the pipe must be cut.
func (p *pipeline) next(i, n int) (size int, open bool) {
	for _, e := range p.plan.mishaps {
		if e.relay != i || e.done {
			continue
		}
		left := e.after - p.passed[i].Len()
		if left > 0 {
			n = min(n, left)
		} else if !p.happen(e) {
			return 0, false
		}
	}
	if p.trickle[i] > 0 {
		p.trickle[i]--
		n = 1
	}
	return n, true
}

// end waits for the programs, and returns their exit codes; -1 is a signal. It ends the
// programs when they take too long, and reports it.
func (p *pipeline) end(limit time.Duration) (codes [stages]int, hung bool) {
	late := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		close(late)
		p.kill()
	})
	p.copied.Wait()
	for i, cmd := range p.cmds {
		_ = cmd.Wait() // the exit code says it
		codes[i] = cmd.ProcessState.ExitCode()
	}
	return codes, !timer.Stop() && isClosed(late)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// kill ends the programs at once.
func (p *pipeline) kill() {
	for _, cmd := range p.cmds {
		if cmd.Process != nil {
			_ = cmd.Process.Kill()
		}
	}
}

// delivered returns the texts that vf-paste has delivered.
func (p *pipeline) delivered() ([]string, error) {
	data := p.passed[paste].Bytes()
	if p.plan.exec {
		var err error
		if data, err = os.ReadFile(p.said); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
	}
	var all []string
	for line := range strings.Lines(string(data)) {
		if text := strings.Join(strings.Fields(line), " "); text != "" {
			all = append(all, text)
		}
	}
	return all, nil
}
