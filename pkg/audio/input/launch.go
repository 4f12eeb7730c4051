package input

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// child is a process that ends with this program, however that ends, and that can
// do little more than read its input.
type child struct {
	cmd  *exec.Cmd
	gone func() // called once the process has been waited for
}

// launch starts cmd, confined to reading file, which may be nil.
//
// What confines the process belongs to the thread that starts it, and so does the
// signal that ends it with this program. The thread therefore starts nothing else
// and lives as long as the process.
func launch(cmd *exec.Cmd, file *os.File) (*child, error) {
	confine := isOrdinary(cmd.Path) || startsConfined(cmd.Path)
	return launchOn(cmd, file, confine)
}

// startsConfined tries whether a program starts at all when it is confined: it may
// be a script, or have its libraries in a folder that nobody can guess.
func startsConfined(program string) bool {
	c, err := launchOn(exec.Command(program, "-version"), nil, true)
	return err == nil && c.wait() == nil
}

func launchOn(cmd *exec.Cmd, file *os.File, confine bool) (*child, error) {
	// Ctrl-C is meant for this program, which first finishes what it has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd)
	started, ended := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread() // never unlocked, so that the thread ends with this function
		if confine {
			_ = confineThread(cmd.Path, file) // an old kernel; the whitelists of formats and protocols must do
		}
		err := cmd.Start()
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

func (c *child) wait() error {
	err := c.cmd.Wait()
	c.gone()
	return err
}

// kill ends the process and waits for it.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have exited already
	_ = c.wait()             // it was killed, so this fails
}
