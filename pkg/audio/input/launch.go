package input

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	// strayTime is how long a process that a child has left behind may keep the
	// child's standard error open.
	strayTime = 2 * time.Second
	// exitTime is how long a child may take to exit once it has closed its output.
	exitTime = time.Minute
	// trialTime is how long a program may take to print its version.
	trialTime = 10 * time.Second
)

// child is a process that ends with this program, however that ends, and that can
// do little more than read its input. It leads a process group, as it may be a
// script that calls another program.
type child struct {
	cmd  *exec.Cmd
	gone func() // called once the process has been waited for
}

// errFileRule means that a child cannot be confined to reading its file, which is in
// a file system of the kernel's own, such as a memfd. It can be confined to reading
// a pipe.
var errFileRule = errors.New("cannot be confined to reading this file")

// errConfine means that a child could not be confined although the kernel can do so.
var errConfine = errors.New("cannot confine it")

// Trials remembers whether ffmpeg starts when it is confined to reading its input, so that
// readers that share it try that once. The zero value is ready to use, also by several
// goroutines.
type Trials struct {
	mu     sync.Mutex
	starts map[string]bool // by program
}

// startsConfined is the function of this name, unless its result is known.
func (t *Trials) startsConfined(program string) bool {
	if t == nil {
		return startsConfined(program, trialTime)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	starts, known := t.starts[program]
	if !known {
		if t.starts == nil {
			t.starts = map[string]bool{}
		}
		starts = startsConfined(program, trialTime)
		t.starts[program] = starts
	}
	return starts
}

// startsConfined tries whether a program starts at all when it is confined: it may
// be a script, or have its libraries in a folder that nobody can guess.
func startsConfined(program string, limit time.Duration) bool {
	c, err := launch(exec.Command(program, "-version"), nil, true)
	if errors.Is(err, errConfine) {
		return true // the next start says so, instead of doing without
	}
	return err == nil && c.waitFor(limit) == nil
}

// launch starts cmd. To confine it means that it can read file, which may be nil, and
// little else.
//
// What confines the process belongs to the thread that starts it, and so does the
// signal that ends it with this program. The thread therefore starts nothing else
// and lives as long as the process.
func launch(cmd *exec.Cmd, file *os.File, confine bool) (*child, error) {
	// Ctrl-C is meant for this program, which first finishes what it has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = strayTime
	dieWithParent(cmd)
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // never unlocked, so that the thread ends with this function
		var err error
		if confine {
			err = confineThread(cmd.Path, file)
		}
		if err != nil && !isUnsupported(err) {
			err = fmt.Errorf("%w: %w", errConfine, err)
		} else { // on an old kernel, the whitelists of formats and protocols must do
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			<-ended
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	limitProcess(cmd.Process.Pid)
	return &child{cmd: cmd, gone: sync.OnceFunc(func() { close(ended) })}, nil
}

// isUnsupported reports whether confining failed because the kernel cannot do it, or
// a container forbids it.
func isUnsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EPERM)
}

// wait waits for a process that has closed its output.
func (c *child) wait() error { return c.waitFor(exitTime) }

// waitFor ends the process if it has not exited in time.
func (c *child) waitFor(limit time.Duration) error {
	late := time.AfterFunc(limit, c.signal)
	err := c.cmd.Wait()
	late.Stop()
	if errors.Is(err, exec.ErrWaitDelay) { // it has exited well, but left something behind
		c.signal()
		err = nil
	}
	c.gone()
	return err
}

// kill ends the process and waits for it.
func (c *child) kill() {
	c.signal()
	_ = c.wait() // it was killed, so this fails
}

// signal ends the process and those that it has started. They may have exited
// already.
func (c *child) signal() { _ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }
