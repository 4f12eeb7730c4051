package x11

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// hasHelpers reports whether a program does its work in several processes, as
// browsers do: a descendant is the same program, or a web engine. A descendant that
// cannot be inspected is in a sandbox and counts too; the shell in a terminal does
// not.
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

// anyRunning reports whether the process or one of its descendants is not asleep.
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

// programOf returns a process's executable, empty if it may not be inspected, and
// the process's name.
func programOf(pid int) (file, name string) {
	folder := "/proc/" + strconv.Itoa(pid)
	file, _ = os.Readlink(folder + "/exe")
	comm, _ := os.ReadFile(folder + "/comm")
	return file, strings.TrimSpace(string(comm))
}

// descendants returns the children of a process, their children, and so on.
func descendants(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// The state and the parent follow the name, which is in parentheses.
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
