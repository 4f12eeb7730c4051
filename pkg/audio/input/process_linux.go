package input

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
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

// activity returns a number that grows while the process, or one that it has
// started, reads or computes.
func (c *child) activity() int64 { return activityOf(c.cmd.Process.Pid, 0) }

// deepestChild limits how many scripts may call one another.
const deepestChild = 4

func activityOf(pid, depth int) (total int64) {
	folder := fmt.Sprintf("/proc/%d/", pid)
	// A file that cannot be read counts as no activity.
	if data, err := os.ReadFile(folder + "io"); err == nil {
		_, text, _ := strings.Cut(string(data), "rchar: ")
		text, _, _ = strings.Cut(text, "\n")
		n, _ := strconv.ParseInt(text, 10, 64)
		total += n
	}
	if data, err := os.ReadFile(folder + "stat"); err == nil {
		// After the name, which may contain anything, come the state and numbers; see proc(5).
		if fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:]); len(fields) > 12 {
			user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
			system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
			total += (user + system) / 10 // tenths of a second; waking up now and then is not work
		}
	}
	data, err := os.ReadFile(fmt.Sprintf("%stask/%d/children", folder, pid))
	if err != nil || depth == deepestChild {
		return total
	}
	for _, field := range strings.Fields(string(data)) {
		if child, err := strconv.Atoi(field); err == nil {
			total += activityOf(child, depth+1)
		}
	}
	return total
}
