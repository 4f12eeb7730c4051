package peer

import (
	"os"
	"slices"

	"github.com/shirou/gopsutil/v4/process"
)

// Family is a process with its children and theirs, the process first.
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

// killFamily ends a process, which then starts no more, and those it had.
func killFamily(first *os.Process) error {
	others := Family(int32(first.Pid))[1:]
	err := first.Kill()
	for _, pid := range others {
		if p, err := os.FindProcess(int(pid)); err == nil {
			_ = p.Kill() // it may have ended by itself
		}
	}
	return err
}
