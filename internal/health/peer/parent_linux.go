package peer

import "syscall"

// diesWithParent makes the kernel kill a program when the thread that started it
// ends. Go's threads end with the process.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
