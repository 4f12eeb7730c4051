package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/sway"
)

// footWindow is a sway without a screen, with a foot that writes what is typed to a file.
type footWindow struct {
	t    testing.TB
	dir  string // its runtime folder
	file string
}

func startFoot(t testing.TB) *footWindow {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "vf-sway-") // a socket's path is limited to 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &footWindow{t, dir, filepath.Join(dir, "got")}
	write(t, filepath.Join(dir, "config"), "xwayland disable\ndefault_border none\n")
	for _, path := range []string{dir, filepath.Join(dir, "config")} {
		if os.Getuid() == 0 {
			if err := os.Chown(path, sway.Nobody, sway.Nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.start("sway", "-c", filepath.Join(dir, "config"))
	await.Nil(t, func() error {
		c, err := net.Dial("unix", filepath.Join(dir, "wayland-1"))
		if err == nil {
			c.Close()
		}
		return err
	})
	s.start("foot", "sh", "-c", "stty raw -echo; exec cat >got")
	await.True(t, "the focus on foot", func() bool {
		tree, _ := s.command("swaymsg", "-t", "get_tree", "-r").Output()
		before, _, found := strings.Cut(string(tree), `"app_id": "`) // there is only this window
		i := strings.LastIndex(before, `"focused": `)
		_, err := os.Stat(s.file)
		return err == nil && found && strings.HasPrefix(before[i:], `"focused": true`)
	})
	return s
}

// command returns a command that runs on the desktop, as its user.
func (s *footWindow) command(name string, args ...string) *exec.Cmd {
	return sway.Command(s.dir, name, args...)
}

// start runs a program and its children until the test ends.
func (s *footWindow) start(name string, args ...string) {
	s.t.Helper()
	cmd := s.command(name, args...)
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %s (scripts/system-packages.sh test installs it): %v", name, err)
	}
	s.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
}

// paste returns a vf-paste on the desktop.
func (s *footWindow) paste(args ...string) *exec.Cmd {
	cmd := exec.Command("vf-paste", args...)
	cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+s.dir, "WAYLAND_DISPLAY=wayland-1", "DISPLAY=", "TMUX=", "STY=",
		"XDG_STATE_HOME="+s.t.TempDir())
	return cmd
}

// TestPasteSway: dictations join, partial text grows, and a cancel stops and erases, in
// foot on sway as in xterm on X11.
func TestPasteSway(t *testing.T) {
	t.Parallel()
	s := startFoot(t)
	typed := desktop{file: s.file}.typed
	state := t.TempDir()
	for _, word := range []string{"one", "two"} {
		cmd := s.paste()
		cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+state)
		cmd.Stdin = strings.NewReader(word)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	typed(t, "one two")

	p := startPasting(t, s.paste("--partial", "type"))
	p.send(marked("begin"), recognised(1, " my brother", ""))
	typed(t, "one twomy brother")
	p.send(transcribed(1, "My brother."), marked("end"))
	p.end()
	want := "one twomy brother" + strings.Repeat("\x7f", len("my brother")) + "My brother."
	typed(t, want)

	p = startPasting(t, s.paste("--erase-cancelled", "--join-within", "0"))
	cancels(t, p, s.file, text(150), 15, 400*time.Millisecond, true)
}

// TestPasteSwayCancelPaste: a paste that is cancelled either happens or not, the next one
// works, and the clipboard comes back.
func TestPasteSwayCancelPaste(t *testing.T) {
	t.Parallel()
	s := startFoot(t)
	copied := s.command("wl-copy", "a password")
	if err := copied.Run(); err != nil {
		t.Fatal(err)
	}
	p := startPasting(t, s.paste("--method", "wayland-paste", "--join-within", "0"))
	cancelPastes(t, p, s.file, 10, 700*time.Millisecond)
	await.True(t, "the old content of the clipboard", func() bool {
		out, _ := s.command("wl-paste", "--no-newline").Output()
		return string(out) == "a password"
	})
}
