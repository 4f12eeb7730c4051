package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
)

// TestFirstWordAtThePress: with an open microphone, sound that begins at the press is
// recorded from its first sample on.
func TestFirstWordAtThePress(t *testing.T) {
	t.Parallel()
	d := startDesk(t)
	d.dictate("--start")
	for i := range 5 {
		d.now("--stop")
		signal := speech(t, second/2, i)
		played := d.play(signal, 1)
		d.now("--start") // the two processes start at the same moment
		if err := <-played; err != nil {
			t.Fatalf("paplay: %v", err)
		}
		await.Nil(t, func() error {
			heard := d.last()
			at := place(heard, signal, 0)
			if at >= 0 && same(heard[at:], signal) >= window {
				return nil // a busy machine may play the rest with interruptions
			}
			best, alike := find(heard, signal, 0, len(heard))
			return fmt.Errorf("the sound is at %d of %d samples; best match %.3f at %d", at, len(heard), alike, best)
		})
	}
	d.end()
	if want := strings.TrimSpace(strings.Repeat("begin end ", 6)); d.marks() != want {
		t.Errorf("marks: %s", d.marks())
	}
}

// TestRandomPresses: after 200 presses in any order, some of them at the same moment, the
// recorder still obeys, nothing is left running, and no other recorder was touched.
func TestRandomPresses(t *testing.T) {
	t.Parallel()
	for _, standby := range []string{"open", "closed"} {
		t.Run(standby, func(t *testing.T) {
			t.Parallel()
			d := startDesk(t, "--standby", standby)
			foreign := d.record() // in the same session, but no recorder that one can talk to
			defer foreign.stop(0)
			random := rand.New(rand.NewPCG(1, 1))
			var running []*exec.Cmd
			for i := range 100 {
				flag := []string{"--toggle", "--start", "--stop", "--cancel"}[random.IntN(4)]
				cmd := d.press(flag)
				cmd.Stdout = nil
				start(t, cmd)
				if running = append(running, cmd); random.IntN(3) > 0 && i < 99 {
					continue
				}
				for _, cmd := range running {
					if code := await.Exit(t, cmd, await.Patience); code != 0 {
						t.Errorf("%v: exit code %d", cmd.Args, code)
					}
				}
				running = nil
			}
			d.now("--stop")
			if err := d.is("armed"); err != nil {
				t.Error(err)
			}
			d.dictate("--toggle")
			d.now("--toggle")
			d.end()
			if !regexp.MustCompile(`^((begin (end( cancel)?|cancel)) )*begin end $`).MatchString(d.marks() + " ") {
				t.Errorf("marks: %s", d.marks())
			}
			if n := strings.Count(d.marks(), "begin"); n < 10 {
				t.Errorf("only %d dictations", n)
			}
		})
	}
}

// TestCancelRecorder: a cancel ends a dictation at once, and what comes after it.
func TestCancelRecorder(t *testing.T) {
	t.Parallel()
	d := startDesk(t, "--standby", "closed", "--tail", "4s")
	d.dictate("--start")
	d.now("--cancel")
	d.dictate("--toggle")
	stop := d.press("--stop")
	start(t, stop)
	d.now("--cancel") // during the tail
	if code := await.Exit(t, stop, await.Patience); code != 0 {
		t.Errorf("stop: exit code %d", code)
	}
	d.now("--cancel") // too late for anything
	d.end()
	// On a busy machine, the tail may be over before the cancel comes, which then concerns
	// the dictation that has ended.
	wanted := []string{"begin cancel begin cancel", "begin cancel begin cancel cancel", "begin cancel begin end cancel"}
	if !slices.Contains(wanted, d.marks()) {
		t.Errorf("marks: %s", d.marks())
	}
}

// TestStopOvertakesStart: a stop that was pressed after a start wins even if it arrives
// first, with and without an armed recorder.
func TestStopOvertakesStart(t *testing.T) {
	t.Parallel()
	d := startDesk(t)
	overtake := func() {
		t.Helper()
		late := group(t, "sh", "-c", "kill -STOP $$; exec vf-record --start")
		late.Env = d.env
		var out bytes.Buffer
		late.Stdout = &out
		start(t, late)
		await.True(t, "the start to be held up", func() bool {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", late.Process.Pid))
			return err == nil && bytes.Contains(stat, []byte(") T "))
		})
		d.now("--stop")
		interrupt(t, late, syscall.SIGCONT)
		if code := await.Exit(t, late, await.Patience); code != 0 || out.Len() != 44 {
			t.Errorf("start: exit code %d, %d bytes", code, out.Len())
		}
	}
	overtake()
	if err := d.is("armed"); err != nil {
		t.Error(err)
	}
	d.end()
	overtake()
	if err := d.is("off"); err != nil || d.marks() != "begin end" { // of a recorder that was never used
		t.Errorf("%v, marks: %s", err, d.marks())
	}
}

// TestRecorderKilled: a recorder that was killed leaves nothing in the way of the next,
// and of two recorders, one wins.
func TestRecorderKilled(t *testing.T) {
	t.Parallel()
	d := startDesk(t, "--standby", "closed")
	second := d.press("--armed")
	var log bytes.Buffer
	second.Stderr = &log
	start(t, second)
	if code := await.Exit(t, second, await.Patience); code != 2 || !strings.Contains(log.String(), fmt.Sprintf("process %d is already", d.cmd.Process.Pid)) {
		t.Errorf("a second recorder: exit code %d, log: %s", code, log.String())
	}
	interrupt(t, d.cmd, syscall.SIGKILL)
	await.Exit(t, d.cmd, await.Patience)
	<-d.read
	folder, _ := strings.CutPrefix(d.env[len(d.env)-1], "XDG_RUNTIME_DIR=")
	socket := filepath.Join(folder, "voiceflow/record.sock")
	if info, err := os.Stat(socket); err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("the socket of the killed recorder: %v, %v", info, err)
	}
	if err := d.is("off"); err != nil {
		t.Error(err)
	}
	d.now("--stop")
	d.now("--cancel")
	d.arm()
	d.dictate("--start")
	d.now("--stop")
	d.end()
}

// TestTailEndsWithTheWord: after a stop in the middle of a word, the rest of the sentence
// is recorded, and little more.
func TestTailEndsWithTheWord(t *testing.T) {
	t.Parallel()
	l := recordLive(t, "--tail", "4s", "timing-rapid")
	heard := l.read(t, 4.5) // the second sentence is spoken until 5.34 s
	interrupt(t, l.cmd, syscall.SIGINT)
	heard = append(heard, l.end(t, 0)...)
	if seconds := float64(len(heard)) / 2 / second; seconds < 5.4 || seconds > 5.8 {
		t.Errorf("%.2f s were recorded", seconds)
	}
}
