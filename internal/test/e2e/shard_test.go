package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// TestParallel runs the GNU parallel recipes in docs/batch.md, each twice.
func TestParallel(t *testing.T) {
	t.Parallel()
	if out, err := exec.Command("parallel", "--version").Output(); err != nil || !bytes.HasPrefix(out, []byte("GNU parallel")) {
		t.Skip("GNU parallel was not found: install the package parallel")
	}
	for _, mark := range []string{"parallel", "parallel auto"} {
		dir := talks(t)
		shardTwice(t, dir, "run.jsonl", func() {
			run(t, dir, "sh", "-c", recipe(t, mark))
		})
	}
}

// TestSlurmArray runs the recipe for a Slurm job array twice, on a cluster with one
// node.
func TestSlurmArray(t *testing.T) {
	dir := talks(t)
	startSlurm(t)
	script := filepath.Join(dir, "transcribe.sbatch")
	if err := os.WriteFile(script, []byte(recipe(t, "slurm")), 0o644); err != nil {
		t.Fatal(err)
	}
	shardTwice(t, dir, "transcribe-*.jsonl", func() {
		job := strings.TrimSpace(run(t, dir, "sbatch", "--parsable", script))
		var states []string
		await.True(t, "the end of the job array", func() bool {
			states = strings.Fields(run(t, dir, "squeue", "--noheader", "--array", "--states=all", "--jobs="+job, "--format=%T"))
			return len(states) > 0 && !slices.ContainsFunc(states, func(s string) bool {
				return s == "PENDING" || s == "CONFIGURING" || s == "RUNNING" || s == "COMPLETING"
			})
		})
		if slices.ContainsFunc(states, func(s string) bool { return s != "COMPLETED" }) {
			logs, _ := filepath.Glob(filepath.Join(dir, "transcribe-*.log"))
			t.Fatalf("the tasks ended as %v\n%s", states, readFiles(t, logs))
		}
	})
}

// talks creates a folder with recordings in subfolders of talks.
func talks(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 12 {
		path := filepath.Join(dir, fmt.Sprintf("talks/day %d/talk-%02d.wav", i%3, i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(recording(fmt.Sprintf("sentence-%02d", 1+i%7)), path); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// recipe returns the example after a mark in docs/batch.md.
func recipe(t *testing.T, mark string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs/batch.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := bytes.Cut(text, []byte("<!-- internal/test/e2e runs this: "+mark+" -->\n\n"))
	if !found {
		t.Fatalf("docs/batch.md has no recipe marked %q", mark)
	}
	var block strings.Builder
	for line := range strings.Lines(string(text)) {
		line, indented := strings.CutPrefix(line, "    ")
		if !indented {
			break
		}
		block.WriteString(line)
	}
	return block.String()
}

// run runs a command that must succeed and returns its standard output.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := group(t, name, args...)
	var out, log bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 0 {
		t.Fatalf("%v: exit code %d\n%s%s", cmd.Args, code, out.String(), log.String())
	}
	return out.String()
}

// shardTwice runs the shards twice and reads their result files, which match the
// pattern results: the first run does each talk once, the second skips them all.
func shardTwice(t *testing.T, dir, results string, start func()) {
	t.Helper()
	inputs, err := filepath.Glob(filepath.Join(dir, "talks/*/*.wav"))
	if err != nil || len(inputs) != 12 {
		t.Fatalf("%d talks, error %v", len(inputs), err)
	}
	var first map[string]time.Time
	for again := range 2 {
		start()
		counts := countResults(t, dir, results, again == 1)
		for _, path := range inputs {
			name, _ := filepath.Rel(dir, path)
			if counts[name] != 1 {
				t.Errorf("run %d: %s is reported %d times", again, name, counts[name])
			}
		}
		written := outputs(t, dir)
		if len(counts) != len(inputs) || len(written) != 2*len(inputs) {
			t.Errorf("run %d: %d files reported, outputs %v", again, len(counts), written)
		}
		for path, when := range first {
			if !written[path].Equal(when) {
				t.Errorf("%s was written again", path)
			}
		}
		first = written
	}
}

// countResults counts the results per file; either all or none must be skipped.
func countResults(t *testing.T, dir, results string, skipped bool) map[string]int {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join(dir, results))
	counts := make(map[string]int)
	dec := json.NewDecoder(strings.NewReader(readFiles(t, paths)))
	for dec.More() {
		var r struct {
			Type, File string
			Skipped    bool
		}
		if err := dec.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if r.Type == "end" {
			continue
		}
		if counts[r.File]++; r.Type != "result" || r.Skipped != skipped {
			t.Errorf("result %+v, want one with skipped %v", r, skipped)
		}
	}
	return counts
}

// outputs returns the time when each transcript was written. None may be empty.
func outputs(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "transcripts/*/talk-*"))
	if err != nil {
		t.Fatal(err)
	}
	written := make(map[string]time.Time)
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			t.Fatalf("%s is empty, error %v", path, err)
		}
		written[path] = info.ModTime()
	}
	return written
}

func readFiles(t *testing.T, paths []string) string {
	t.Helper()
	var all []byte
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return string(all)
}
