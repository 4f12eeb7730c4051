package wayland_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/sway"
	"voiceflow/pkg/paste/wayland"
)

// desktop is a sway without a screen or input devices.
type desktop struct {
	t      *testing.T
	dir    string // its runtime folder
	socket string
	sway   *exec.Cmd
	foot   *exec.Cmd
}

func startSway(t *testing.T) *desktop {
	t.Helper()
	// A socket's path is limited to 108 bytes, so t.TempDir is too long.
	dir, err := os.MkdirTemp("/tmp", "vf-sway-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &desktop{t: t, dir: dir, socket: filepath.Join(dir, "wayland-1")}
	s.write("config", "xwayland disable\ndefault_border none\n")
	if os.Getuid() == 0 {
		if err := os.Chown(dir, sway.Nobody, sway.Nobody); err != nil {
			t.Fatal(err)
		}
	}
	s.sway = s.start("sway", "-c", filepath.Join(dir, "config"))
	// The file exists a moment before sway listens.
	s.poll("sway to listen", func() bool {
		c, err := net.Dial("unix", s.socket)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return s
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func (s *desktop) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// command returns a command that runs on the desktop, as its user.
func (s *desktop) command(name string, arg ...string) *exec.Cmd {
	s.t.Helper()
	return sway.Command(s.dir, name, arg...)
}

// start runs a program and its children until the test ends.
func (s *desktop) start(name string, arg ...string) *exec.Cmd {
	s.t.Helper()
	cmd := s.command(name, arg...)
	log, err := os.Create(filepath.Join(s.dir, name+".log"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s (scripts/system-packages.sh test installs it): %v", name, err)
	}
	s.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	return cmd
}

// run runs a program and returns its output.
func (s *desktop) run(in []byte, name string, arg ...string) []byte {
	s.t.Helper()
	cmd := s.command(name, arg...)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("%s: %v", cmd, err)
	}
	return out
}

// copy puts content on the clipboard, or on another one with more arguments, as
// another program would. wl-copy stays in the background to serve it.
func (s *desktop) copy(content []byte, arg ...string) {
	s.t.Helper()
	cmd := s.command("wl-copy", arg...)
	cmd.Stdin = bytes.NewReader(content)
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("wl-copy: %v", err)
	}
	var which []string
	if arg[0] == "--primary" {
		which = arg[:1]
	}
	mime := arg[len(arg)-1]
	s.poll("wl-copy to take the clipboard", func() bool { return slices.Contains(s.types(which...), mime) })
}

// terminal starts a foot that writes its input to a file, and waits until it has
// the focus. It returns the file's path.
func (s *desktop) terminal(arg ...string) string {
	s.t.Helper()
	arg = append(arg, "sh", "-c", "stty raw -echo; : >ready; exec cat >got")
	s.foot = s.start("foot", arg...)
	s.poll("foot's shell", func() bool { return exists(filepath.Join(s.dir, "ready")) })
	s.poll("foot to get the focus", func() bool {
		tree := string(s.run(nil, "swaymsg", "-t", "get_tree", "-r"))
		before, _, found := strings.Cut(tree, `"app_id": "`) // there is only this window
		i := strings.LastIndex(before, `"focused": `)
		return found && strings.HasPrefix(before[i:], `"focused": true`)
	})
	return filepath.Join(s.dir, "got")
}

// poll waits for a condition, and shows sway's log if it does not come.
func (s *desktop) poll(what string, holds func() bool) {
	s.t.Helper()
	if err := await.Poll(s.t.Context(), await.Patience, func() error {
		if !holds() {
			return fmt.Errorf("timed out waiting for %s", what)
		}
		return nil
	}); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "sway.log"))
		s.t.Fatalf("%v; sway's log:\n%s", err, log)
	}
}

// want waits until a file is as long as a text, or no longer grows, and fails unless they
// are equal.
func (s *desktop) want(path, text string) {
	s.t.Helper()
	var got []byte
	for end := time.Now().Add(10 * time.Second); len(got) < len(text) && time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if now, _ := os.ReadFile(path); len(now) > len(got) {
			got, end = now, time.Now().Add(10*time.Second)
		}
	}
	if string(got) == text {
		return
	}
	i := 0
	for i < len(got) && i < len(text) && got[i] == text[i] {
		i++
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "foot.log"))
	s.t.Fatalf("%d bytes arrived, want %d; they differ from byte %d: got %.40q, want %.40q; foot's log:\n%s",
		len(got), len(text), i, got[i:], text[i:], log)
}

// open opens a Display that is closed when the test ends.
func (s *desktop) open() *wayland.Display {
	s.t.Helper()
	d, err := wayland.Open(s.socket)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(d.Close)
	return d
}
