//go:build unix

package worker

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// lives is the folder with a file per child: how it lives, and then that it has begun.
const lives = "VOICEFLOW_TEST_LIVES"

// TestChild is the child of the other tests. It does what the next file of lives says.
func TestChild(t *testing.T) {
	folder := os.Getenv(lives)
	if folder == "" {
		t.Skip("only as a child of the other tests")
	}
	child, err := Join()
	if err != nil || child == nil {
		t.Fatal(child, err)
	}
	go func() {
		<-child.Orphaned
		os.Exit(130)
	}()
	all, err := filepath.Glob(filepath.Join(folder, "*.todo"))
	if err != nil || len(all) == 0 {
		os.Exit(99)
	}
	life, err := os.ReadFile(all[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(all[0], fmt.Sprintf("%s.%d", strings.TrimSuffix(all[0], ".todo"), os.Getpid())); err != nil {
		t.Fatal(err)
	}
	for _, step := range strings.Fields(string(life)) {
		switch step {
		case "ready":
			child.Ready()
		case "refuse":
			child.Ended()
			os.Exit(3)
		case "die":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		case "load":
			time.Sleep(300 * time.Millisecond)
		case "serve":
			<-child.Stop.Done()
			child.Ended()
			os.Exit(0)
		}
	}
}

// parent is a Parent of children with these lives. It writes down what it is told.
type parent struct {
	*Parent
	told   chan string
	served chan struct{} // closed when the first child serves
	alive  atomic.Int32
	stop   chan struct{}
	folder string
}

func newParent(t *testing.T, children ...string) *parent {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	p := &parent{told: make(chan string, 100), served: make(chan struct{}), stop: make(chan struct{}), folder: t.TempDir()}
	for i, life := range children {
		if err := os.WriteFile(filepath.Join(p.folder, fmt.Sprintf("%d.todo", i)), []byte(life), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(lives, p.folder)
	p.Parent = &Parent{
		Socket: socket, Args: []string{"worker", "-test.run=^TestChild$"}, Stderr: os.Stderr,
		Ready:    func() { p.told <- "ready"; close(p.served) },
		Died:     func(_ string, next time.Duration) { p.told <- fmt.Sprint("died, ", next) },
		Refused:  func(code int, next time.Duration) { p.told <- fmt.Sprintf("refused with %d, %v", code, next) },
		Stopping: func() { p.told <- "stopping" },
		Alive:    func() { p.alive.Add(1) },
	}
	return p
}

// run runs the children and returns what the parent was told.
func (p *parent) run(t *testing.T) (told []string, code int, err error) {
	t.Helper()
	code, err = p.Run(t.Context(), p.stop)
	close(p.told)
	for s := range p.told {
		told = append(told, s)
	}
	return told, code, err
}

// pid waits for a child to begin and returns its process.
func (p *parent) pid(t *testing.T, child int) (pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		names, err := filepath.Glob(filepath.Join(p.folder, fmt.Sprintf("%d.[0-9]*", child)))
		if err == nil && len(names) == 1 {
			_, err = fmt.Sscan(strings.TrimPrefix(filepath.Ext(names[0]), "."), &pid)
			if err == nil {
				return pid
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("child %d has not begun: %v, %v", child, names, err)
		}
	}
}

// TestRefusals: a first child that cannot serve ends the server; a later one is followed by
// others, ever more slowly.
func TestRefusals(t *testing.T) {
	told, code, err := newParent(t, "refuse").run(t)
	if err != nil || code != 3 || len(told) != 0 {
		t.Errorf("the first: exit code %d, %v, %q", code, err, told)
	}
	p := newParent(t, "ready die", "refuse", "refuse", "ready serve")
	go func() {
		p.pid(t, 3)
		close(p.stop)
	}()
	told, code, err = p.run(t)
	got := strings.Join(told, "; ")
	got = strings.Replace(got, "died, 50ms", "died, 0s", 1) // it may be long in starting
	if err != nil || code != 0 || got != "ready; died, 0s; refused with 3, 2s; refused with 3, 4s; stopping" {
		t.Errorf("later: exit code %d, %v, %s", code, err, got)
	}
}

// TestRefusalDelay: the delay has a limit, and starts again with a child that has served.
func TestRefusalDelay(t *testing.T) {
	p := &Parent{Refused: func(int, time.Duration) {}}
	c := &process{}
	c.cmd = childThatEnded(t)
	for range 10 {
		p.afterRefusal(c)
	}
	if p.delay != 30*time.Second {
		t.Errorf("after many: %v", p.delay)
	}
	c.ready = true
	if p.afterRefusal(c); p.delay != 2*time.Second {
		t.Errorf("after one that has served: %v", p.delay)
	}
}

// TestReloadEndsDelay: whoever has fixed the configuration need not wait.
func TestReloadEndsDelay(t *testing.T) {
	reload := make(chan os.Signal, 1)
	p := &Parent{Reload: reload, Alive: func() {}, delay: time.Hour}
	reload <- syscall.SIGHUP
	if p.wait(t.Context(), nil) {
		t.Error("stopped")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if !p.wait(ctx, nil) {
		t.Error("not stopped")
	}
}

// TestAliveWhileLoading: the parent vouches for a child that is not ready yet.
func TestAliveWhileLoading(t *testing.T) {
	p := newParent(t, "ready die", "load load ready serve")
	p.Beat = 10 * time.Millisecond
	go func() {
		p.pid(t, 1)
		for p.alive.Load() < 10 {
			time.Sleep(time.Millisecond)
		}
		close(p.stop)
	}()
	if told, code, err := p.run(t); err != nil || code != 0 {
		t.Errorf("exit code %d, %v, %q", code, err, told)
	}
}

// TestHangup: SIGHUP sent to all processes, or to the group, reaches the child only as an
// order.
func TestHangup(t *testing.T) {
	p := newParent(t, "ready serve")
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	p.Reload = hangups
	go func() {
		defer close(p.stop)
		<-p.served
		pid := p.pid(t, 0)
		if own, err := syscall.Getpgid(pid); err != nil || own != pid {
			t.Errorf("its process group is %d, %v", own, err)
		}
		for range 3 {
			if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
				t.Error(err)
			}
		}
	}()
	if told, code, err := p.run(t); err != nil || code != 0 || strings.Join(told, "; ") != "ready; stopping" {
		t.Errorf("exit code %d, %v, %q", code, err, told)
	}
}

// childThatEnded returns a process that has exited with code 3.
func childThatEnded(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sh", "-c", "exit 3")
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd
}
