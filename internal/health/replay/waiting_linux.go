package replay

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// threadTime has the kernel scheduler's times for a thread: running, and waiting
// for a processor.
type threadTime struct{ ran, waited time.Duration }

// threadTimes reads /proc/PID/task/TID/schedstat of all threads of a process
// (Linux, Documentation/scheduler/sched-stats.rst). It is empty if the kernel does
// not count.
func threadTimes(pid int32) map[string]threadTime {
	paths, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return nil
	}
	times := map[string]threadTime{}
	for _, path := range paths {
		var ran, waited int64
		data, err := os.ReadFile(path)
		if err != nil {
			continue // the thread has ended
		}
		if _, err := fmt.Fscan(strings.NewReader(string(data)), &ran, &waited); err == nil {
			times[path] = threadTime{time.Duration(ran), time.Duration(waited)}
		}
	}
	return times
}
