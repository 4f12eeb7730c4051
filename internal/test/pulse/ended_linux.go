package pulse

import (
	"os/exec"

	"golang.org/x/sys/unix"
)

// ended reports whether a server has exited; it can be waited for all the same.
func ended(server *exec.Cmd) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, server.Process.Pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err != nil || info.Signo != 0
}
