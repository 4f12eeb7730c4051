package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/proc"
)

// TestDictateServe: serve uses the settings, and fails when one of its programs does,
// leaving nothing behind.
func TestDictateServe(t *testing.T) {
	t.Parallel()
	s := newStage(t, "dash")
	write(t, filepath.Join(s.dir, ".config/voiceflow/dictate"), "# Settings\nstandby=open\ndevice=My $HOME \"mic\"\nmodel=base")
	const record = "vf-record --cue notify --output-format jsonl --armed --standby "
	out, calls, code := s.run("CODE=4", "serve", "--capitalise")
	if code != 4 || out != "" || !strings.Contains(calls, record+`open from My $HOME "mic"`) ||
		!strings.Contains(calls, "vf-paste --notify --append-space --capitalise from") {
		t.Errorf("a recorder that fails: exit code %d: %s%s", code, out, calls)
	}
	out, calls, code = s.run("FAIL=1 VOICEFLOW_STANDBY=closed VOICEFLOW_RECORD_DEVICE=other", "serve")
	if code != 5 || out != "" || !strings.Contains(calls, record+"closed from other") || !strings.Contains(calls, "interrupted") {
		t.Errorf("a failed delivery: exit code %d: %s%s", code, out, calls)
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, "voiceflow/*"))
	if len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestDictateServeNotifies: a program that is killed before it has written a line leaves
// nothing for vf-paste to notice, so serve tells the user.
func TestDictateServeNotifies(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"dash", "busybox sh", "bash --posix"} {
		s := newStage(t, shell)
		silent := filepath.Join(s.dir, "silent")
		write(t, silent, "#!/bin/sh\nhead -n 2 >/dev/null\n")
		if err := os.Chmod(silent, 0o755); err != nil {
			t.Fatal(err)
		}
		_, calls, code := s.run("VOICEFLOW_LISTEN="+silent, "serve")
		if code != 1 || strings.Count(calls, `text {"type":"end","incomplete":true,`) != 1 || !strings.Contains(calls, "interrupted") {
			t.Errorf("%s: exit code %d: %s", shell, code, calls)
		}
	}
}

// TestDictateServeNotices: when a program is killed between two dictations, serve ends at
// once, and not at the next press.
func TestDictateServeNotices(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"dash", "busybox sh", "bash --posix"} {
		for listen, killed := range map[string]string{"vf-vad | vf-transcribe": "sed", "vf-vad | vf-transcribe # words": "cat"} {
			t.Run(shell+" "+killed, func(t *testing.T) {
				t.Parallel()
				s := newStage(t, shell)
				cmd := s.command("serve")
				cmd.Dir, cmd.Env = s.dir, append(cmd.Env, "VOICEFLOW_LISTEN="+listen)
				start(t, cmd)
				await.True(t, "the dictation", func() bool { return strings.Contains(s.calls(), `text {"type":"mark","mark":"end"`) })
				for _, p := range proc.Group(cmd.Process.Pid) {
					if p.Name == killed {
						_ = syscall.Kill(p.PID, syscall.SIGKILL) // a failure shows below
					}
				}
				if code := await.Exit(t, cmd, await.Patience); code != 1 || !strings.Contains(s.calls(), "interrupted") {
					t.Errorf("exit code %d: %s", code, s.calls())
				}
			})
		}
	}
}

// TestDictateServeStops: a recorder that ends its stream before it has closed the microphone
// is no reason for an alarm, whoever ends it.
func TestDictateServeStops(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"dash", "busybox sh", "bash --posix"} {
		for _, to := range []string{"serve", "recorder"} {
			s := newStage(t, shell)
			recorder := filepath.Join(s.dir, "vf-record")
			script, err := os.ReadFile(recorder)
			if err != nil {
				t.Fatal(err)
			}
			// From the trap on, nothing holds the stream.
			slow := strings.Replace(string(script), `trap 'echo`, `trap 'exec >/dev/null; kill $!; sleep 1; echo`, 1)
			write(t, recorder, strings.Replace(slow, "sleep 0.05;", "sleep 0.05 & wait $!;", 1))
			cmd := s.command("serve")
			cmd.Dir = s.dir
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await.True(t, "the dictation", func() bool { return strings.Contains(s.calls(), `text {"type":"mark","mark":"end"`) })
			switch to {
			case "serve":
				err = cmd.Process.Signal(syscall.SIGTERM)
			case "recorder":
				var files []string
				if files, err = filepath.Glob(filepath.Join(s.dir, "voiceflow/*.pid")); err == nil {
					pid, _ := os.ReadFile(files[0])
					err = exec.Command("kill", strings.TrimSpace(string(pid))).Run()
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			code := await.Exit(t, cmd, await.Patience)
			if calls := s.calls(); code != 0 || strings.Contains(calls, "incomplete") || strings.Count(calls, "interrupted") != 1 {
				t.Errorf("%s, SIGTERM to %s: exit code %d: %s", shell, to, code, calls)
			}
			if left, _ := filepath.Glob(filepath.Join(s.dir, "voiceflow/*")); len(left) > 0 {
				t.Errorf("%s, SIGTERM to %s: left behind: %q", shell, to, left)
			}
		}
	}
}

// TestDictateServeReplaces: a second serve replaces the first. A signal ends it,
// with its recorder.
func TestDictateServeReplaces(t *testing.T) {
	t.Parallel()
	s := newStage(t, "dash")
	// The recorder's PID is in its status.
	status := "#!/bin/sh\ncase \"$*\" in *--status*) echo '{\"type\":\"recorder\",\"state\":\"armed\",\"pid\":'$(cat voiceflow/*.pid)'}'; exit ;; esac\n"
	real, err := os.ReadFile(filepath.Join(s.dir, "vf-record"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(s.dir, "vf-record"), strings.Replace(string(real), "#!/bin/sh\n", status, 1))
	serve := func() *exec.Cmd {
		cmd := s.command("serve")
		cmd.Dir = s.dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	delivered := func(times int) {
		t.Helper()
		await.Nil(t, func() error {
			if calls := s.calls(); strings.Count(calls, beginText) < times {
				return errors.New(calls)
			}
			return nil
		})
	}
	first := serve()
	delivered(1)
	second := serve()
	if code := await.Exit(t, first, await.Patience); code != 0 {
		t.Errorf("the first: exit code %d", code)
	}
	delivered(2)
	if calls := s.calls(); strings.Count(calls, "interrupted") != 1 {
		t.Errorf("%s", calls)
	}
	if running, _ := filepath.Glob(filepath.Join(s.dir, "voiceflow/*")); len(running) != 1 {
		t.Errorf("the second: %q", running)
	}
	if err := second.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := await.Exit(t, second, await.Patience); code != 0 {
		t.Errorf("interrupted: exit code %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, "voiceflow/*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestDictateServing: while serve runs, a press starts vf-record alone, and what it would
// record is refused. The PID of a serve that was killed does not count, even if another
// program has it now.
func TestDictateServing(t *testing.T) {
	t.Parallel()
	sleep, err := exec.LookPath("sleep")
	name := filepath.Join(t.TempDir(), "vf-record")
	if err = errors.Join(err, os.Symlink(sleep, name)); err != nil {
		t.Fatal(err)
	}
	recorder := group(t, name, "600")
	if err := recorder.Start(); err != nil {
		t.Fatal(err)
	}
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	for _, shell := range []string{"dash", "busybox sh", "bash --posix"} {
		s := newStage(t, shell)
		write(t, filepath.Join(s.dir, "vf-record"), "#!/bin/sh\necho \"vf-record $*\" >>\"$LOG\"\n! echo sound && echo refused >>\"$LOG\"\n")
		write(t, filepath.Join(s.dir, "voiceflow/dictate.1.pid"), fmt.Sprintln(ended.Process.Pid))
		write(t, filepath.Join(s.dir, "voiceflow/dictate.3.pid"), fmt.Sprintln(os.Getpid()))
		if _, calls, code := s.run("", "start"); code != 0 || !strings.Contains(calls, "--output-format jsonl --start") {
			t.Errorf("%s: no serve: exit code %d: %s", shell, code, calls)
		}
		write(t, filepath.Join(s.dir, "voiceflow/dictate.2.pid"), fmt.Sprintln(recorder.Process.Pid))
		for _, verb := range []string{"start", "toggle"} {
			if _, calls, code := s.run("", verb); code != 0 || calls != "refused\nvf-record --"+verb {
				t.Errorf("%s: %s: exit code %d: %s", shell, verb, code, calls)
			}
		}
	}
}
