//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peak returns the process's peak memory in MB.
func peak(state *os.ProcessState) float64 {
	u, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(u.Maxrss) / 1e6
	}
	return float64(u.Maxrss) * 1024 / 1e6
}
