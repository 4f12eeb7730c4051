package replay

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// scripts are the programs of a working pipeline: one utterance, one text.
var scripts = map[string]string{
	"vf-record":     `echo sound`,
	"vf-vad":        `cat >/dev/null; echo '{"type":"utterance","id":0,"start":0,"end":1,"pcm_start":0,"pcm":"AAA="}'`,
	"vf-transcribe": `while read -r line; do echo '{"type":"transcript","id":0,"end":1,"text":"words","model":"m","device":"CPU"}'; done`,
	"vf-paste":      `cat >/dev/null`,
}

// hang is the end of a script that waits for a child and writes its process id to
// a file.
const hang = `; sleep 600 & echo $! >>"$0.hung"; wait`

// pretend writes the scripts to a folder, with some of them replaced.
func pretend(t *testing.T, replacements map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range scripts {
		if other, ok := replacements[name]; ok {
			script = other
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// hung waits until a script hangs and returns the process id of its child.
func hung(t *testing.T, dir, program string) int32 {
	t.Helper()
	path := filepath.Join(dir, program+".hung")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		data, err := os.ReadFile(path)
		if pid, _ := strconv.Atoi(strings.TrimSpace(string(data))); err == nil && pid > 0 {
			return int32(pid)
		}
	}
	t.Fatal("the script never hung")
	return 0
}

// wantDead waits until a killed process has ended.
func wantDead(t *testing.T, pid int32) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		p, err := process.NewProcess(pid)
		if err != nil {
			return
		}
		if status, err := p.Status(); err != nil || slices.Contains(status, process.Zombie) {
			return
		}
	}
	t.Errorf("the child %d is still running", pid)
}

func TestReplayNamesTheSilentProgram(t *testing.T) {
	for _, tt := range []struct{ name, program, script, want string }{
		{"never answers", "vf-transcribe", `:` + hang, "vf-transcribe"},
		{"answers no speech", "vf-transcribe", `read -r line; echo '{"type":"transcript","id":0}'` + hang, "vf-transcribe"},
		{"does not end", "vf-transcribe", scripts["vf-transcribe"] + hang, "vf-transcribe"},
		{"hears no end", "vf-vad", `cat >/dev/null` + hang, "vf-vad"},
		{"gives no sound", "vf-record", `:` + hang, "vf-record or vf-vad"},
		{"takes no text", "vf-paste", `:` + hang, "vf-paste"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := Pipeline{Dir: pretend(t, map[string]string{tt.program: tt.script}), Patience: 2 * time.Second}
			result, err := p.Replay(context.Background(), tone(t, "a", 100).Path, Options{})
			var silent *SilentError
			if !errors.As(err, &silent) || silent.Program != tt.want || result != nil {
				t.Errorf("%v, %+v", err, result)
			}
			wantDead(t, hung(t, p.Dir, tt.program))
		})
	}
}

// TestReplayCancelled checks that cancelling kills a program and its child, and
// does not return an error about pipes.
func TestReplayCancelled(t *testing.T) {
	dir := pretend(t, map[string]string{"vf-transcribe": `:` + hang})
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() {
		_, err := Pipeline{Dir: dir}.Replay(ctx, tone(t, "a", 100).Path, Options{})
		failed <- err
	}()
	pid := hung(t, dir, "vf-transcribe")
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	wantDead(t, pid)
}

// TestWaitGivesUp checks that a process that cannot be killed does not block.
func TestWaitGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := newStage(ctx, "/bin", "sleep", "600")
	kill := s.Cancel
	s.Cancel, s.WaitDelay = func() error { return nil }, 0
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	defer kill()
	cancel()
	if _, err := s.end(); err == nil || !strings.Contains(err.Error(), "sleep cannot be killed") {
		t.Error(err)
	}
}

// TestReplayIsPatient checks that slow programs may continue as long as they
// respond.
func TestReplayIsPatient(t *testing.T) {
	slow := `while read -r line; do sleep 0.7; echo '{"type":"transcript","id":0,"text":"words"}'; done; sleep 0.7`
	p := Pipeline{Dir: pretend(t, map[string]string{"vf-transcribe": slow}), Patience: time.Second}
	result, err := p.Replay(context.Background(), tone(t, "a", 5*16000).Path, Options{})
	if err != nil || len(result.Answers) != 1 || result.Asked != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}

// TestWatchdogCountsTicks checks that time without ticks, as while the process is
// stopped, does not count, and that each await restarts the count.
func TestWatchdogCountsTicks(t *testing.T) {
	barked := false
	w := &watchdog{limit: time.Nanosecond, cancel: func() { barked = true }}
	ticks := func(n int) {
		for range n {
			w.tick()
		}
	}
	ticks(2 * patienceTicks) // before the first await
	for range 3 {
		w.await(func() string { return "vf-vad" })
		ticks(patienceTicks)
	}
	if barked {
		t.Fatal("the watchdog barked too early")
	}
	ticks(1)
	if !barked || w.found.Program != "vf-vad" {
		t.Errorf("the watchdog did not bark: %+v", w.found)
	}
}

func TestWAVDuration(t *testing.T) {
	if d := wavDuration(tone(t, "a", 32000).Path); d < 2*time.Second || d > 2100*time.Millisecond {
		t.Error(d)
	}
	if d := wavDuration("nowhere.wav"); d != 0 {
		t.Error(d)
	}
}
