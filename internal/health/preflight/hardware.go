package preflight

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"voiceflow/internal/health/verdict"
	"voiceflow/internal/prose"
)

const (
	enoughCores = 4
	// enoughMemory is the least that remains of 8 GB after firmware and graphics have
	// taken their share.
	enoughMemory = 7_500_000_000
	// leastMemory is just enough for base.en and the four programs.
	leastMemory = 1_000_000_000

	enoughDisk = 5_000_000_000 // large-v3 takes 3.1 GB, and a recording 115 MB per hour
	leastDisk  = 1_000_000_000
)

func (p Probe) hardware() []Check {
	checks := []Check{judgeCores(p.Cores())}
	bytes, err := p.Memory()
	if err != nil {
		return append(checks, bad("memory", verdict.Warning, "check it by hand: 8 GB recommended", "unknown: %v", err))
	}
	return append(checks, judgeMemory(bytes, p.memoryLimit()))
}

func judgeCores(n int) Check {
	switch {
	case n >= enoughCores:
		return good("cores", "%d processors", n)
	case n == 1:
		return bad("cores", verdict.Warning, "use base.en (--profile speed); give the machine more processors",
			"1 processor (%d recommended)", enoughCores)
	}
	return bad("cores", verdict.Warning, "use base.en (--profile speed), or give the machine more processors",
		"%d processors (%d recommended)", n, enoughCores)
}

// memoryLimit returns the memory limit of the container in bytes; 0 if there is
// none.
func (p Probe) memoryLimit() uint64 {
	for _, file := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if n, err := strconv.ParseUint(p.read(file), 10, 64); err == nil {
			return n
		}
	}
	return 0
}

func judgeMemory(bytes, limit uint64) Check {
	scope := ""
	if limit > 0 && limit < bytes {
		bytes, scope = limit, " for this container"
	}
	size := prose.Size(int64(bytes)) + scope
	switch {
	case bytes >= enoughMemory:
		return good("memory", "%s", size)
	case bytes >= leastMemory:
		return bad("memory", verdict.Warning, "use base.en (--profile speed), or one of the -q5_1 models",
			"%s (8 GB recommended)", size)
	}
	return bad("memory", verdict.Critical, "add memory, or raise the container's limit",
		"%s (8 GB recommended; below 1 GB no model fits)", size)
}

// disks judges the free space for models and state, once if they are on one disk.
func (p Probe) disks() []Check {
	var checks []Check
	seen := map[uint64]bool{}
	for _, f := range []struct{ name, path string }{{"models disk", p.Models}, {"state disk", p.State}} {
		folder := p.nearest(f.path)
		s, err := p.Free(folder)
		switch {
		case err != nil:
			checks = append(checks, bad(f.name, verdict.Warning, "df -h", "%s: unknown free space: %v", folder, err))
		case s.Disk == 0 || !seen[s.Disk]:
			checks = append(checks, judgeDisk(f.name, f.path, folder, s.Bytes))
		}
		seen[s.Disk] = true
	}
	return checks
}

// judgeDisk judges the free bytes on the disk of the folder at path. folder is its
// nearest existing parent, or path itself.
func judgeDisk(name, path, folder string, free uint64) Check {
	remedy := "vf-health clean"
	if folder == path {
		remedy += "; du -xh " + quote(path) + " | sort -h | tail"
	}
	switch {
	case free >= enoughDisk:
		return good(name, "%s free at %s", prose.Size(int64(free)), folder)
	case free >= leastDisk:
		return bad(name, verdict.Warning, remedy, "%s free at %s (5 GB recommended)", prose.Size(int64(free)), folder)
	}
	return bad(name, verdict.Critical, remedy, "%s free at %s, less than 1 GB", prose.Size(int64(free)), folder)
}

// nearest returns the folder, or its nearest parent that exists.
func (p Probe) nearest(folder string) string {
	for {
		if _, err := p.Stat(folder); err == nil || !os.IsNotExist(err) {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			return folder
		}
		folder = above
	}
}

// quote quotes s as one word for the shell.
func quote(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
