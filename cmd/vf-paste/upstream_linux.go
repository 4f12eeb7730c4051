package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stages are the programs of the pipeline that can write to vf-paste.
var stages = []string{"vf-record", "vf-vad", "vf-transcribe"}

// upstream returns the name of the program of the pipeline that holds the writing end of
// the pipe on standard input, or "" if there is none or it cannot be known.
func upstream() string {
	in, err := os.Stat("/proc/self/fd/0")
	if err != nil || in.Mode()&os.ModeNamedPipe == 0 {
		return ""
	}
	return writerOf(in)
}

// writerOf returns the name of the program of the pipeline that can write to a pipe, or "".
func writerOf(in os.FileInfo) string {
	proc, err := os.Open("/proc")
	if err != nil {
		return ""
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	for _, name := range names {
		if name[0] < '0' || name[0] > '9' {
			continue
		}
		// Only for this user's own processes can the link be read.
		program, err := os.Readlink("/proc/" + name + "/exe")
		if err != nil {
			continue
		}
		program = strings.TrimSuffix(filepath.Base(program), " (deleted)") // replaced by an update
		if slices.Contains(stages, program) && writes(name, in) {
			return program
		}
	}
	return ""
}

// writes reports whether a process can write to a pipe.
func writes(process string, pipe os.FileInfo) bool {
	folder := "/proc/" + process + "/fd"
	all, _ := os.ReadDir(folder)
	for _, fd := range all {
		path := filepath.Join(folder, fd.Name())
		info, err := os.Stat(path)
		if err != nil || !os.SameFile(info, pipe) {
			continue
		}
		// The mode of the link shows how the file is open.
		if link, err := os.Lstat(path); err == nil && link.Mode().Perm()&0o200 != 0 {
			return true
		}
	}
	return false
}
