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
	// enoughMemory is what machines that are sold with 8 GB show at least:
	// firmware and graphics keep some of it.
	enoughMemory = 7_500_000_000
	// leastMemory lets base.en and the four programs run, and little else.
	leastMemory = 1_000_000_000

	enoughDisk = 5_000_000_000 // large-v3 is 3.1 GB, and a recording 115 MB an hour
	leastDisk  = 1_000_000_000
)

func (p Probe) hardware() []Check {
	checks := []Check{judgeCores(p.Cores())}
	bytes, err := p.Memory()
	if err != nil {
		return append(checks, bad("memory", verdict.Warning, "look at it by hand: 8 GB are wanted", "cannot be told: %v", err))
	}
	return append(checks, judgeMemory(bytes, p.memoryLimit()))
}

func judgeCores(n int) Check {
	switch {
	case n >= enoughCores:
		return good("cores", "%d processors", n)
	case n == 1:
		return bad("cores", verdict.Warning, "use base.en (--profile speed); give the machine more processors", "1 processor: %d are wanted", enoughCores)
	}
	return bad("cores", verdict.Warning, "use base.en (--profile speed), or give the machine more processors", "%d processors: %d are wanted", n, enoughCores)
}

// memoryLimit is that of the container, in bytes; 0: there is none.
func (p Probe) memoryLimit() uint64 {
	for _, file := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if n, err := strconv.ParseUint(p.read(file), 10, 64); err == nil {
			return n
		}
	}
	return 0
}

func judgeMemory(bytes, limit uint64) Check {
	of := ""
	if limit > 0 && limit < bytes {
		bytes, of = limit, " for this container"
	}
	switch {
	case bytes >= enoughMemory:
		return good("memory", "%s%s", prose.Size(int64(bytes)), of)
	case bytes >= leastMemory:
		return bad("memory", verdict.Warning, "use base.en (--profile speed), or one of the -q5_1 models", "%s%s: 8 GB are wanted", prose.Size(int64(bytes)), of)
	}
	return bad("memory", verdict.Critical, "add memory, or raise the container's limit", "%s%s: 8 GB are wanted, and below 1 GB no model fits", prose.Size(int64(bytes)), of)
}

// disks judges where models and state live, which may be one disk.
func (p Probe) disks() []Check {
	var checks []Check
	seen := map[uint64]bool{}
	for _, f := range []struct{ name, path string }{{"models disk", p.Models}, {"state disk", p.State}} {
		folder := p.nearest(f.path)
		s, err := p.Free(folder)
		switch {
		case err != nil:
			checks = append(checks, bad(f.name, verdict.Warning, "df -h", "%s: the free space cannot be told: %v", folder, err))
		case s.Disk == 0 || !seen[s.Disk]:
			checks = append(checks, judgeDisk(f.name, f.path, folder, s.Bytes))
		}
		seen[s.Disk] = true
	}
	return checks
}

// judgeDisk judges the disk of a folder at path, of which the part up to folder
// is there.
func judgeDisk(name, path, folder string, free uint64) Check {
	remedy := "vf-health clean"
	if folder == path {
		remedy += "; du -xh " + quote(path) + " | sort -h | tail"
	}
	switch {
	case free >= enoughDisk:
		return good(name, "%s free at %s", prose.Size(int64(free)), folder)
	case free >= leastDisk:
		return bad(name, verdict.Warning, remedy, "%s free at %s: 5 GB are wanted", prose.Size(int64(free)), folder)
	}
	return bad(name, verdict.Critical, remedy, "%s free at %s: less than 1 GB", prose.Size(int64(free)), folder)
}

// nearest is the folder itself, or the nearest one above it that is there.
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

// quote makes one word of the shell.
func quote(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
