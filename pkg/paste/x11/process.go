package x11

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// hasHelpers reports whether a program does its work in several processes, as
// browsers do: among its descendants there are some of the same program, or of a
// web engine. One that may not be looked at is in a sandbox, and so one of them. The
// shell in a terminal is none.
func hasHelpers(pid int) bool {
	program, name := programOf(pid)
	for _, child := range descendants(pid) {
		other, called := programOf(child)
		if other == "" || other == program || called == name || strings.HasPrefix(called, "WebKit") {
			return true
		}
	}
	return false
}

// anyRunning reports whether the process or one of its descendants is about to do
// something.
func anyRunning(pid int) bool {
	if running(pid) {
		return true
	}
	for _, child := range descendants(pid) {
		if running(child) {
			return true
		}
	}
	return false
}

// programOf returns the file of a process's program, if that may be seen, and the
// name that the process goes by.
func programOf(pid int) (file, name string) {
	folder := "/proc/" + strconv.Itoa(pid)
	file, _ = os.Readlink(folder + "/exe")
	comm, _ := os.ReadFile(folder + "/comm")
	return file, strings.TrimSpace(string(comm))
}

// descendants are the processes that a process has started, and that these have.
func descendants(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// The state and the parent follow the name, which is in brackets.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) < 2 || fields[0] == "Z" {
			continue
		}
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], child)
	}
	found := children[pid]
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}
