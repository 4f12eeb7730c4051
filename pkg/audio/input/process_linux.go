package input

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// dieWithParent makes the kernel end a process when the thread that started it ends.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }

// maxAddressSpace is in bytes. ffmpeg needs a few hundred MB for audio, mostly for
// its libraries.
const maxAddressSpace = 16 << 30

// limitProcess keeps a process from writing files and from taking all memory.
func limitProcess(pid int) {
	for what, most := range map[int]uint64{
		unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: 0, unix.RLIMIT_AS: maxAddressSpace,
	} {
		// It fails if the process has ended already.
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: most, Max: most}, nil)
	}
}
