package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// stages are the programs of the pipeline that can write to vf-paste, in order.
var stages = []string{"vf-record", "vf-vad", "vf-transcribe"}

// mostFilters is how many programs between a stage and vf-paste are looked behind.
const mostFilters = 16

// upstream returns the name of the program of the pipeline whose lines arrive on standard
// input, or "" if there is none or it cannot be known. It is one that holds the writing end
// of the pipe, one before the filters there, or one that is earlier in the same job of a
// shell. A filter may also get plain text from vf-transcribe, if its flags ask for that.
func upstream() string {
	in, err := os.Stat("/proc/self/fd/0")
	if err != nil || !isPipe(in) {
		return ""
	}
	all := processes()
	if !slices.ContainsFunc(all, process.isStage) {
		return ""
	}
	for _, p := range all {
		if p.isStage() && p.writes(in) {
			return p.name
		}
	}
	p, found := behindFilters(all, in)
	if !found {
		p, found = inJob(all)
	}
	if !found || p.writesText() {
		return ""
	}
	return p.name
}

func isPipe(info os.FileInfo) bool { return info.Mode()&os.ModeNamedPipe != 0 }

// process is one of this user's processes.
type process struct {
	id   int
	name string // of its program
}

// processes returns the processes of this user but for this one.
func processes() (all []process) {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	for _, name := range names {
		id, err := strconv.Atoi(name)
		if err != nil || id == os.Getpid() {
			continue
		}
		// Only for this user's own processes can the link be read.
		program, err := os.Readlink("/proc/" + name + "/exe")
		if err != nil {
			continue
		}
		program = strings.TrimSuffix(filepath.Base(program), " (deleted)") // replaced by an update
		all = append(all, process{id, program})
	}
	return all
}

func (p process) isStage() bool { return slices.Contains(stages, p.name) }

// path returns the path of a file about the process.
func (p process) path(name string) string { return filepath.Join("/proc", strconv.Itoa(p.id), name) }

// stream returns the standard input (0) or output (1) of the process if it is a pipe.
func (p process) stream(number string) (os.FileInfo, bool) {
	info, err := os.Stat(p.path("fd/" + number))
	return info, err == nil && isPipe(info)
}

// writes reports whether the process can write to a pipe.
func (p process) writes(pipe os.FileInfo) bool {
	return p.holds(func(_ string, info os.FileInfo) bool { return os.SameFile(info, pipe) })
}

// sends reports whether the output of a stage goes to a pipe, or with nil to any. Our
// programs keep another descriptor for it: their standard output leads to standard error;
// see the package streams.
func (p process) sends(pipe os.FileInfo) bool {
	messages, err := os.Stat(p.path("fd/2"))
	return p.holds(func(fd string, info os.FileInfo) bool {
		if fd == "0" || fd == "2" || fd == "1" && err == nil && os.SameFile(info, messages) {
			return false
		}
		return isPipe(info) && (pipe == nil || os.SameFile(info, pipe))
	})
}

// holds reports whether the process has an open file for writing that is the one meant.
func (p process) holds(meant func(fd string, info os.FileInfo) bool) bool {
	folder := p.path("fd")
	all, _ := os.ReadDir(folder)
	for _, fd := range all {
		path := filepath.Join(folder, fd.Name())
		info, err := os.Stat(path)
		if err != nil || !meant(fd.Name(), info) {
			continue
		}
		// The mode of the link shows how the file is open.
		if link, err := os.Lstat(path); err == nil && link.Mode().Perm()&0o200 != 0 {
			return true
		}
	}
	return false
}

// behindFilters goes from a pipe backwards through the programs that read one pipe and
// write the next, to the nearest stage.
func behindFilters(all []process, pipe os.FileInfo) (stage process, found bool) {
	pipes := []os.FileInfo{pipe}
	for range mostFilters {
		var before []os.FileInfo
		for _, p := range all {
			if p.isStage() {
				if slices.ContainsFunc(pipes, p.sends) {
					return p, true
				}
				continue
			}
			out, is := p.stream("1")
			if !is || !slices.ContainsFunc(pipes, func(in os.FileInfo) bool { return os.SameFile(in, out) }) {
				continue
			}
			if in, is := p.stream("0"); is {
				before = append(before, in)
			}
		}
		pipes = before
	}
	return process{}, false
}

// inJob returns the last stage before this process in its job, which is a process group of
// which the shell is no part. In a script, all pipelines are in one group, so that a stage
// there may have nothing to do with this process.
func inJob(all []process) (stage process, found bool) {
	group, ok := processGroup(os.Getpid())
	shells, there := processGroup(os.Getppid())
	if !ok || !there || group == shells {
		return process{}, false
	}
	for _, p := range all {
		if !p.isStage() || p.id > os.Getpid() { // a shell starts a pipeline from its left
			continue
		}
		if !p.sends(nil) {
			continue
		}
		if g, ok := processGroup(p.id); ok && g == group &&
			(!found || slices.Index(stages, p.name) > slices.Index(stages, stage.name)) {
			stage, found = p, true
		}
	}
	return stage, found
}

// processGroup returns the process group of a process.
func processGroup(id int) (group string, ok bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
	// The second field is a name in brackets, which may itself contain any of them.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if err != nil || len(fields) < 3 {
		return "", false
	}
	return string(fields[2]), true
}

// writesText reports whether the command line of the process asks for plain text, or cannot be
// read: a process that is ending loses its memory, and with it that line, before its files.
func (p process) writesText() bool {
	if p.name != "vf-transcribe" {
		return false
	}
	line, err := os.ReadFile(p.path("cmdline"))
	if err != nil || len(line) == 0 {
		return true
	}
	text := false
	args := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
	for i, arg := range args[1:] {
		flag, value, joined := strings.Cut(arg, "=")
		if name := strings.TrimLeft(flag, "-"); name == flag || name != "f" && name != "output-format" {
			continue
		}
		if !joined && i+2 < len(args) {
			value = args[i+2]
		}
		text = value == "txt" || value == "text"
	}
	return text
}
