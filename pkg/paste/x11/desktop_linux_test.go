package x11_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/xvfb"
	"voiceflow/pkg/paste/x11"
)

// desktop is a private X server.
type desktop struct {
	*testing.T
	display string
	server  *os.Process
}

// command returns a command on the desktop that ends with the test.
func (d *desktop) command(name string, args ...string) *exec.Cmd {
	d.Helper()
	if _, err := exec.LookPath(name); err != nil {
		d.Fatalf("this test needs %s: install it with `make test-deps`: %v", name, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = time.Second
	d.Cleanup(func() {
		cancel()
		if cmd.Process != nil {
			cmd.Wait()
		}
	})
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display, "LC_ALL=C.UTF-8", "NO_AT_BRIDGE=1", "GTK_IM_MODULE=gtk-im-context-simple")
	return cmd
}

// do runs a command and returns its output.
func (d *desktop) do(name string, args ...string) string {
	d.Helper()
	cmd := d.command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		d.Fatalf("%v: %v: %s", cmd.Args, err, &stderr)
	}
	return string(out)
}

// startX starts an X server.
func startX(t *testing.T) *desktop {
	t.Helper()
	display, server := xvfb.Start(t)
	return &desktop{T: t, display: display, server: server}
}

func (d *desktop) open() *x11.Display {
	d.Helper()
	x, err := x11.Open(d.display)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(x.Close)
	return x
}

// later runs a command after a delay. The test waits for it to finish.
func (d *desktop) later(after time.Duration, name string, args ...string) {
	cmd := d.command(name, args...)
	done := make(chan error)
	time.AfterFunc(after, func() { done <- cmd.Run() })
	d.Cleanup(func() {
		if err := <-done; err != nil {
			d.Errorf("%v: %v", cmd.Args, err)
		}
	})
}

// app is a program with a window that writes the text it receives to a file.
type app struct {
	*desktop
	cmd    *exec.Cmd
	window string
	file   string
	read   int // bytes of the file that the test has read
}

// xterm starts an xterm.
func (d *desktop) xterm(title string) *app {
	d.Helper()
	file := filepath.Join(d.TempDir(), "typed")
	return d.start(title, file, "xterm", "-u8", "-T", title, "-e", "sh", "-c", `stty raw -echo; exec cat >"$0"`, file)
}

// gtk starts a GTK window with a text field.
func (d *desktop) gtk(title string) *app {
	d.Helper()
	dir := d.TempDir()
	script, file := filepath.Join(dir, "editor.py"), filepath.Join(dir, "typed")
	if err := os.WriteFile(script, []byte(editor), 0o600); err != nil {
		d.Fatal(err)
	}
	return d.start(title, file, "/usr/bin/python3", script, title, file)
}

const editor = `
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk
window = Gtk.Window(title=sys.argv[1])
view = Gtk.TextView(wrap_mode=Gtk.WrapMode.CHAR)
out = open(sys.argv[2], "w", encoding="utf-8")
def insert(buffer, position, text, size):
    out.write(text)
    out.flush()
    GLib.idle_add(clear, priority=GLib.PRIORITY_HIGH) # a long line is slow to lay out
def clear():
    view.get_buffer().set_text("")
view.get_buffer().connect("insert-text", insert)
window.add(view)
window.show_all()
Gtk.main()
`

func (d *desktop) start(title, file, name string, args ...string) *app {
	d.Helper()
	var stderr bytes.Buffer
	d.Cleanup(func() {
		if d.Failed() && stderr.Len() > 0 {
			d.Logf("%s: %s", name, &stderr)
		}
	})
	a := &app{desktop: d, file: file, cmd: d.command(name, args...)}
	a.cmd.Stderr = &stderr
	if err := a.cmd.Start(); err != nil {
		d.Fatal(err)
	}
	await.True(d, "the window of "+name, func() bool {
		out, _ := d.command("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
		a.window = strings.TrimSpace(string(out))
		_, err := os.Stat(file)
		return a.window != "" && err == nil
	})
	a.focus()
	return a
}

// focus gives the keyboard to the window.
func (a *app) focus() {
	a.Helper()
	await.True(a, "the focus", func() bool {
		a.command("xdotool", "windowfocus", a.window).Run()
		out, _ := a.command("xdotool", "getwindowfocus").Output()
		return strings.TrimSpace(string(out)) == a.window
	})
}

// now returns all text received so far.
func (a *app) now() string {
	a.Helper()
	data, err := os.ReadFile(a.file)
	if err != nil {
		a.Fatal(err)
	}
	return string(data)
}

// got returns the next n bytes of text received, or fewer if nothing more comes
// for some seconds.
func (a *app) got(n int) string {
	a.Helper()
	data := ""
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if more := a.now(); len(more) > len(data) {
			data, end = more, time.Now().Add(5*time.Second)
		}
		if len(data) >= a.read+n {
			break
		}
	}
	text := data[min(a.read, len(data)):]
	a.read = len(data)
	return text
}
