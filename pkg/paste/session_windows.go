package paste

import (
	"os"
	"syscall"
)

// ownSession makes a process the leader of a process group, so that Ctrl-C does not reach
// it. The end of the console does.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killSession kills a process. Its children remain.
func killSession(p *os.Process) error { return p.Kill() }
