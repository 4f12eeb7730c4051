//go:build linux

package soak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/home"
	"voiceflow/internal/test/pipeline"
	"voiceflow/internal/test/proc"
)

// service is a voiceflow-dictate serve, which runs one pipeline for all dictations. Each
// press of its key dictates what is in a file.
type service struct {
	*settings
	folder string
	env    []string
	cmd    *exec.Cmd
	lines  chan string // that vf-paste delivers; closed at the end
	log    pipeline.Buffer
}

// startService starts a service whose transcripts come from a server, or from itself while
// that is away.
func startService(s *settings, folder string, server *server) (*service, error) {
	v := &service{settings: s, folder: folder, lines: make(chan string, 100)}
	v.env = append(slices.Concat(s.env, home.Environ(folder)), "XDG_RUNTIME_DIR="+server.runtime,
		"PATH="+s.bin+":"+os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=", "VOICEFLOW_TRANSCRIBE_MODEL="+s.Model(),
		"VOICEFLOW_TRANSCRIBE_THREADS=1", "VOICEFLOW_TRANSCRIBE_JOBS=1", "VOICEFLOW_RECORD=vf-record --output-format jsonl --input '"+v.said()+"'")
	if err := writeWAV(v.said(), nil); err != nil {
		return nil, err
	}
	v.cmd = v.command("serve", "--method", "stdout")
	v.cmd.Stderr = &v.log
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := v.cmd.Start(); err != nil {
		return nil, err
	}
	go v.read(out)
	return v, v.armed()
}

// said is the file that a press dictates.
func (v *service) said() string { return filepath.Join(v.folder, "said.wav") }

// command returns what a key runs.
func (v *service) command(words ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(v.Root, "contrib/voiceflow-dictate"), words...)
	cmd.Env, cmd.SysProcAttr = v.env, &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// read passes on the lines of the service.
func (v *service) read(out io.Reader) {
	defer close(v.lines)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			v.lines <- text
		}
	}
}

// armed waits until the recorder waits for a press.
func (v *service) armed() error {
	return await.Poll(context.Background(), patience, func() error {
		out, err := v.command("status").Output()
		if state := strings.TrimSpace(string(out)); err != nil || state != "armed" {
			return fmt.Errorf("the recorder is %q, not armed: %v; %.2000s", state, err, v.log.String())
		}
		return nil
	})
}

// pid returns the process of one of the service's programs, or 0 if it has ended.
func (v *service) pid(stage int) int {
	for _, p := range proc.Group(v.cmd.Process.Pid) {
		if p.Name == names[stage] {
			return p.PID
		}
	}
	return 0
}

// dictate presses the key, lets things happen, and returns what the service delivered and
// its exit code if it has ended.
func (v *service) dictate(said []sentence, p *plan) (a account, ended bool, err error) {
	if err := errors.Join(v.armed(), writeWAV(v.said(), said)); err != nil {
		return a, false, err
	}
	if out, err := v.command("start").CombinedOutput(); err != nil {
		return a, false, fmt.Errorf("the press: %w: %s", err, out)
	}
	e := p.mishaps[0]
	late := time.After(patience)
	for !ended && (len(a.delivered) < len(said) || !e.done || e.harms()) {
		happen := (<-chan time.Time)(nil)
		if !e.done && len(a.delivered) >= e.after {
			happen = time.After(e.length)
		}
		select {
		case line, open := <-v.lines:
			if ended = !open; open {
				a.delivered = append(a.delivered, line)
			}
		case <-happen:
			v.happen(e)
		case <-late:
			a.hung = true
			return a, false, nil
		}
	}
	if ended {
		_ = v.cmd.Wait() // the exit code says it
		a.codes[paste] = v.cmd.ProcessState.ExitCode()
	}
	return a, ended, nil
}

// happen makes a mishap happen to a program of the service.
func (v *service) happen(e *mishap) {
	e.done = true
	pid := v.pid(e.target)
	if pid == 0 {
		return
	}
	switch e.kind {
	case "kill":
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	case "freeze":
		_ = syscall.Kill(pid, syscall.SIGSTOP)
		time.AfterFunc(e.length, func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
	case "nudge":
		for range 50 {
			_ = syscall.Kill(pid, syscall.SIGURG)
			_ = syscall.Kill(pid, syscall.SIGWINCH)
		}
	}
}

// newServicePlan decides what happens to the service in a session, and when: after how many
// lines, and how long after these. One in four is quiet.
func newServicePlan(r *rand.Rand, sentences int) *plan {
	e := newMishap(r, []string{"nothing", "freeze", "nudge", "kill"}[r.IntN(4)])
	e.after, e.length = r.IntN(sentences+1), time.Duration(r.IntN(int(300*time.Millisecond)))
	return &plan{mishaps: []*mishap{e}, service: true, connect: "auto", fullDisk: -1, starved: -1}
}

// serve dictates with the service until ctx ends, and starts another whenever a program of
// it was killed.
func (s *soak) serve(ctx context.Context) error {
	var v *service
	for n := 0; ctx.Err() == nil; n++ {
		var err error
		if v == nil {
			v, err = startService(s.settings, s.t.TempDir(), s.server)
			if v != nil {
				group := v.cmd.Process.Pid
				s.t.Cleanup(func() { _ = syscall.Kill(-group, syscall.SIGKILL) })
			}
			if err != nil {
				return err
			}
		}
		r := s.random(-1_000_000 - n)
		said := pick(r, s.sentences)
		p := newServicePlan(r, len(said))
		a, ended, err := v.dictate(said, p)
		if err != nil {
			return fmt.Errorf("dictation %d: %w", n, err)
		}
		a.harm, a.service, a.spoken, a.arrived = p.harm(), true, texts(said), a.delivered
		verdict, why := judge(a)
		s.report.add(p, said, verdict, why)
		if verdict == broken {
			return fmt.Errorf("dictation %d: %s\n%s\nspoken    %q\ndelivered %q\nexit code %d\n%.4000s", n, why, p, a.spoken, a.delivered, a.codes[paste], v.log.String())
		}
		if ended {
			v = nil
		}
	}
	if v == nil {
		return nil
	}
	return v.stop()
}

// stop ends the service as a desktop does.
func (v *service) stop() error {
	if err := errors.Join(v.armed(), v.cmd.Process.Signal(syscall.SIGTERM)); err != nil {
		return err
	}
	timer := time.AfterFunc(patience, func() { _ = syscall.Kill(-v.cmd.Process.Pid, syscall.SIGKILL) })
	defer timer.Stop()
	for line := range v.lines {
		return fmt.Errorf("%q came, but nothing more was said", line)
	}
	if err := v.cmd.Wait(); err != nil {
		return fmt.Errorf("serve ended with %w\n%s", err, v.log.String())
	}
	if left := proc.Group(v.cmd.Process.Pid); len(left) > 0 {
		return fmt.Errorf("serve has left %v", left)
	}
	return nil
}
