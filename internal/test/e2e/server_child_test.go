package e2e

import (
	"bytes"
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

// logged waits for text in the log of a running server.
func (s *transcriptionServer) logged(file, text string) {
	s.t.Helper()
	await.Nil(s.t, func() error {
		log, err := os.ReadFile(file)
		if err == nil && !strings.Contains(string(log), text) {
			err = fmt.Errorf("no %q in %s", text, log)
		}
		return err
	})
}

// startGroup starts a server like start, in a process group of its own, as a shell does. Its
// log is in a file.
func startGroup(t *testing.T, args ...string) (s *transcriptionServer, log string) {
	t.Helper()
	s = &transcriptionServer{t: t, runtime: t.TempDir(), args: args}
	s.env = append(os.Environ(), "XDG_RUNTIME_DIR="+s.runtime)
	log = filepath.Join(t.TempDir(), "log")
	file, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s.cmd = exec.Command(filepath.Join(bin, "vf-transcribe"), append([]string{"--listen"}, args...)...)
	s.cmd.Env, s.cmd.Stderr, s.cmd.SysProcAttr = s.env, file, &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.kill()
		}
	})
	s.log = &bytes.Buffer{}
	await.Nil(t, func() error {
		_, err := s.health()
		return err
	})
	return s, log
}

// TestServerHangup: SIGHUP to all processes, as at the end of a terminal and by systemctl
// kill, only reads the configuration again; Ctrl-C in the terminal then stops everything,
// after the answers.
func TestServerHangup(t *testing.T) {
	t.Parallel()
	s, log := startGroup(t)
	child := s.child()
	for _, pid := range []int{-s.cmd.Process.Pid, child} {
		if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	s.logged(log, "configuration read again")
	answered := s.underWay()
	if now := s.child(); now != child {
		t.Errorf("the child is another one: %d, not %d", now, child)
	}
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("the request under way: %v", err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if proc.Runs(child) {
		t.Error("the child is still there")
	}
	if text, err := os.ReadFile(log); err != nil || strings.Contains(string(text), "server_died") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestServerInterruptedTwice: the second Ctrl-C ends the server soon, with its child, and
// nothing that was asked for is reported as a failure.
func TestServerInterruptedTwice(t *testing.T) {
	t.Parallel()
	s, log := startGroup(t)
	child := s.child()
	go func() { _, _, _ = s.upload(timingPatterns(t)[0], "localhost") }() // it is cut off
	await.Nil(t, func() error {
		if n := s.metric("voiceflow_server_requests"); n != "1" {
			return fmt.Errorf("%s requests", n)
		}
		return nil
	})
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	await.Nil(t, func() error { // it no longer listens
		if _, err := s.health(); err == nil {
			return errors.New("the server still answers")
		}
		return nil
	})
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // its exit code depends on what was under way
	await.Nil(t, func() error {
		if proc.Runs(child) {
			return errors.New("the child is still there")
		}
		return nil
	})
	if text, err := os.ReadFile(log); err != nil || strings.Contains(string(text), "failed to") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestServerMended: a server whose settings have become invalid survives the death of its
// child, and serves again once they are fixed.
func TestServerMended(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	write(t, token, "secret-of-the-clients")
	s, log := startGroup(t, "--token-file", token)
	write(t, token, "")
	if err := syscall.Kill(s.child(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.logged(log, "cannot serve (exit code 2; ")
	write(t, token, "secret-of-the-clients")
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	await.Nil(t, func() error {
		_, err := s.health()
		return err
	})
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
}
