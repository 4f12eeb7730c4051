//go:build unix

package paste

import (
	"os"
	"syscall"
)

// ownSession makes a process the leader of a session, and of a process group, so that
// neither Ctrl-C nor the end of the terminal reaches it.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// killSession kills a process that leads a session, and its children in its group.
func killSession(p *os.Process) error { return syscall.Kill(-p.Pid, syscall.SIGKILL) }
