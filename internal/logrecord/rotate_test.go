package logrecord

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// writeLines appends numbered lines.
func writeLines(path, writer string, n int, size int64, kept int) error {
	r, err := openRotated(path, size, kept)
	if err != nil {
		return err
	}
	for i := range n {
		line := fmt.Sprintf("%s %d %s\n", writer, i, strings.Repeat("x", i%90))
		if written, err := r.Write([]byte(line)); err != nil || written != len(line) {
			return fmt.Errorf("line %d: %d bytes, %w", i, written, err)
		}
	}
	return r.Close()
}

// TestMain is also the entry point of the child processes of TestProcessesShareALog.
func TestMain(m *testing.M) {
	if path := os.Getenv("VOICEFLOW_TEST_LOG"); path != "" {
		if err := writeLines(path, os.Getenv("VOICEFLOW_TEST_WRITER"), 6000, 64<<10, 0); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// When several processes write to one log and rotate it, no line is lost, torn or
// duplicated, and each process's lines stay in order.
func TestProcessesShareALog(t *testing.T) {
	const processes, lines = 4, 6000
	folder := t.TempDir()
	path := filepath.Join(folder, "vf-transcribe.log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range processes {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "VOICEFLOW_TEST_LOG="+path, fmt.Sprintf("VOICEFLOW_TEST_WRITER=w%d", i))
		all.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	logs, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, log := range logs {
		if !strings.HasSuffix(log, ".log") {
			t.Errorf("%s was left behind", log)
		}
		data, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var writer, rest string
			var n int
			if count, _ := fmt.Sscanf(string(line), "%s %d %s", &writer, &n, &rest); count < 2 || rest != strings.Repeat("x", n%90) {
				t.Fatalf("torn line in %s: %q", log, line)
			}
			seen[fmt.Sprintf("%s %d", writer, n)]++
		}
	}
	for i := range processes {
		for n := range lines {
			if count := seen[fmt.Sprintf("w%d %d", i, n)]; count != 1 {
				t.Fatalf("line %d of process %d appears %d times", n, i, count)
			}
		}
	}
	if len(logs) < 10 {
		t.Errorf("too few rotations: %q", logs)
	}
}

func TestRotation(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "vf-vad.log")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := writeLines(path, "a", 1000, 4<<10, 2); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 || info.Size() > 4<<10 {
		t.Errorf("%v, %v", info, err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		logs, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if len(logs) == 3 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d files remain, not two old ones and the new one", len(logs))
		}
	}
}

// If a log is renamed or deleted, a new one is started. A lock left behind by a
// dead process delays rotation by only one line.
func TestRotationRecovers(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "vf-vad.log")
	r, err := openRotated(path, 100, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	say := func(line string) {
		t.Helper()
		if _, err := r.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want string) {
		t.Helper()
		if data, err := os.ReadFile(path); err != nil || string(data) != want {
			t.Errorf("%q, %v; not %q", data, err, want)
		}
	}
	say("one")
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	say("two")
	holds("two\n")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 200)
	say(long)
	holds(long + "\n")
	lock := path + ".lock"
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	say("three") // another process is rotating
	holds(long + "\nthree\n")
	if err := os.Chtimes(lock, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	say("four")
	say("five")
	holds("five\n")
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	say("six")
	holds("five\nsix\n")
}
