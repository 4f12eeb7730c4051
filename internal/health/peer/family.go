package peer

import (
	"os"
	"slices"

	"github.com/shirou/gopsutil/v4/process"
)

// Family returns the ids of a process and all its descendants, the process first.
func Family(pid int32) []int32 {
	members := []int32{pid}
	pids, err := process.Pids()
	if err != nil {
		return members
	}
	parents := map[int32]int32{}
	for _, pid := range pids {
		if p, err := process.NewProcess(pid); err == nil {
			if parents[pid], err = p.Ppid(); err != nil {
				delete(parents, pid)
			}
		}
	}
	for i := 0; i < len(members); i++ {
		for child, parent := range parents {
			if parent == members[i] && !slices.Contains(members, child) {
				members = append(members, child)
			}
		}
	}
	return members
}

// killFamily kills a process first, so that it starts no more children, and then
// its descendants.
func killFamily(parent *os.Process) error {
	descendants := Family(int32(parent.Pid))[1:]
	err := parent.Kill()
	for _, pid := range descendants {
		if p, err := os.FindProcess(int(pid)); err == nil {
			_ = p.Kill() // it may have ended already
		}
	}
	return err
}
