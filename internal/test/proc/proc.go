// Package proc reads from Linux's /proc what tests want to know about processes.
package proc

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Process is a process as its stat file describes it.
type Process struct {
	PID   int
	Name  string
	Group int
	Ended bool // but nobody has waited for it
	CPU   time.Duration
}

// Read returns a process. The error is that of a process which is gone.
func Read(pid int) (Process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Process{}, err
	}
	// The name, in parentheses, may contain anything.
	begin, end := strings.IndexByte(string(stat), '('), strings.LastIndexByte(string(stat), ')')
	fields := strings.Fields(string(stat[end+1:]))
	if begin < 0 || end < begin || len(fields) < 13 {
		return Process{}, fmt.Errorf("/proc/%d/stat: %q", pid, stat)
	}
	p := Process{PID: pid, Name: string(stat[begin+1 : end]), Ended: fields[0] == "Z" || fields[0] == "X"}
	if p.Group, err = strconv.Atoi(fields[2]); err != nil {
		return p, err
	}
	for _, field := range fields[11:13] { // user and system time
		ticks, err := strconv.Atoi(field)
		if err != nil {
			return p, err
		}
		p.CPU += time.Duration(ticks) * 10 * time.Millisecond
	}
	return p, nil
}

// Runs reports whether a process is still there and has not ended.
func Runs(pid int) bool {
	p, err := Read(pid)
	return err == nil && !p.Ended
}

// Group returns the processes of a group that have not ended.
func Group(group int) (all []Process) {
	folders, _ := filepath.Glob("/proc/[0-9]*") // a constant pattern has no error
	for _, folder := range folders {
		pid, _ := strconv.Atoi(filepath.Base(folder))
		if p, err := Read(pid); err == nil && p.Group == group && !p.Ended {
			all = append(all, p)
		}
	}
	return all
}

// Children returns the processes that a process has started and not yet waited for.
func Children(pid int) (all []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // a valid pattern
	for _, task := range tasks {
		data, _ := os.ReadFile(task) // the thread may have ended
		for _, word := range strings.Fields(string(data)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}

// Status returns a number of a process's status file, such as VmRSS in KB.
func Status(pid int, field string) (int, error) {
	path := fmt.Sprintf("/proc/%d/status", pid)
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, found := strings.CutPrefix(line, field+":"); found && len(strings.Fields(rest)) > 0 {
			return strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	return 0, fmt.Errorf("%s has no %s", path, field)
}
