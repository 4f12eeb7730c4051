package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// libraries finds out which files of libwhisper and ggml each program uses, by looking at what
// it has in memory while it recognises speech.
func libraries(ctx context.Context, b *bench, m model) error {
	_, files, err := b.sentences(ctx, 1)
	if err != nil {
		return err
	}
	ours, err := b.loadedLibraries(ctx, b.ourRun(m, files, "--audio-ctx", "full"))
	if err != nil {
		return err
	}
	theirs, err := b.loadedLibraries(ctx, b.theirRun(m, files))
	if err != nil {
		return err
	}
	t := b.report.table("Libraries", "The library files that each program had in memory while it recognised speech.",
		"library", "vf-transcribe", "whisper-cli", "")
	same := len(ours) > 0
	for _, name := range slices.Sorted(maps.Keys(union(ours, theirs))) {
		verdict := "the same file"
		if ours[name].sum != theirs[name].sum {
			verdict = "differs"
			same = same && gpuBackend(name)
		}
		t.row(name, ours[name].version, theirs[name].version, verdict)
	}
	t.note("The files libggml-... other than libggml and libggml-base are the compute backends. " +
		"The whisper-cli that `make bench` prepares only has those for CPUs.")
	version := ours["libwhisper"].version
	b.report.claim(m, "libwhisper and its CPU backend, compared with whisper-cli's", "the same bytes",
		fmt.Sprintf("libwhisper %s and %s", version, theirs["libwhisper"].version), same)
	return nil
}

// gpuBackend reports whether a library is a backend for something other than the CPU, which one
// program may have and the other not.
func gpuBackend(name string) bool {
	kind, backend := strings.CutPrefix(name, "libggml-")
	return backend && kind != "base" && !strings.HasPrefix(kind, "cpu")
}

// library is a loaded library file.
type library struct{ version, sum string }

// loadedLibraries runs a program and returns the files of libwhisper and ggml that it last had in
// memory, by the part of their names before ".so". The map is empty if the system does not show
// them or if they are built into the program.
func (b *bench) loadedLibraries(ctx context.Context, command []string) (map[string]library, error) {
	var files []string
	_, err := b.runner.run(ctx, command, func(pid int) {
		// CPU backends are tried in turn before the best is kept, and a program that
		// is ending shows only some of its files: the last complete list counts.
		if now := mappedLibraries(pid); len(now) > 0 && len(now) >= len(files) {
			files = now
		}
	})
	if err != nil {
		return nil, err
	}
	all := map[string]library{}
	for _, f := range files {
		name, version, _ := strings.Cut(filepath.Base(f), ".so")
		if version = strings.TrimPrefix(version, "."); version == "" {
			version = "loaded"
		}
		sum, err := checksum(f)
		if err != nil {
			return nil, err
		}
		all[name] = library{version, sum}
	}
	return all, nil
}

// mappedLibraries returns the library files that a process has in memory.
func mappedLibraries(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil // it has ended, or the system has no /proc
	}
	return libraryFiles(string(text))
}

// libraryFiles finds the library files in a table of memory mappings, whose lines end in a
// path.
func libraryFiles(maps string) []string {
	var files []string
	for line := range strings.Lines(maps) {
		at := strings.IndexByte(line, '/')
		if at < 0 {
			continue
		}
		path := strings.TrimSpace(line[at:])
		base := filepath.Base(path)
		if (strings.HasPrefix(base, "libwhisper.") || strings.HasPrefix(base, "libggml")) && !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	return files
}

func checksum(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func union(a, b map[string]library) map[string]library {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
