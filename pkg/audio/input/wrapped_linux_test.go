package input

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// within fails the test if what f does takes long.
func within(t *testing.T, what string, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("%s never ended", what)
		return nil
	}
}

// script makes an executable script.
func script(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWrapped checks that an ffmpeg which a script calls can be ended while it waits
// for its output to be read.
func TestWrapped(t *testing.T) {
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed; make test installs it on Debian")
	}
	long := filepath.Join(t.TempDir(), "long.flac")
	encode := exec.Command(real, "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=600:r=16000", long)
	if out, err := encode.CombinedOutput(); err != nil {
		t.Skipf("ffmpeg cannot write FLAC: %v: %s", err, out)
	}
	for name, text := range map[string]string{
		"a child":          real + ` "$@"; exit $?`,
		"in another group": `setsid ` + real + ` "$@" & wait; exit $?`,
	} {
		t.Run(name, func(t *testing.T) {
			wrapper := script(t, "ffmpeg", text)
			t.Setenv("PATH", filepath.Dir(wrapper)+":"+os.Getenv("PATH"))
			in, err := Options{}.OpenFile(long)
			if err != nil {
				t.Fatal(err)
			}
			if err := within(t, "closing", in.Close); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNeverExits checks programs that do not end by themselves.
func TestNeverExits(t *testing.T) {
	program := script(t, "ffmpeg", "exec >&- 2>&-; sleep 1000; exit 1")
	_ = within(t, "the trial", func() error {
		if startsConfined(program, 50*time.Millisecond) {
			t.Error("it counts as one that starts")
		}
		return nil
	})
	c, err := launch(exec.Command(program), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := within(t, "waiting", func() error { return c.waitFor(50 * time.Millisecond) }); err == nil {
		t.Error("it was not killed")
	}
}

// TestLeftBehind checks that what a program leaves running does not hold up its end.
func TestLeftBehind(t *testing.T) {
	var log ffmpegLog
	cmd := exec.Command(script(t, "ffmpeg", "sleep 1000 & exit 0"))
	cmd.Stderr = &log
	c, err := launch(cmd, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := within(t, "waiting", c.wait); err != nil {
		t.Error(err)
	}
}

// TestKernelFile checks that a file to which Landlock has no rules is read through a
// pipe, not by an ffmpeg that may read everything.
func TestKernelFile(t *testing.T) {
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); errno != 0 {
		t.Skip("this kernel has no Landlock: ", errno)
	}
	data, err := os.ReadFile(encoded(t))
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.MemfdCreate("sound", 0)
	if err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), "/proc/self/fd/memory")
	defer file.Close()
	if _, err := file.Write(data); err != nil {
		t.Fatal(err)
	}
	if _, err := launch(exec.Command("true"), file, true); !errors.Is(err, errFileRule) {
		t.Errorf("a process was started: %v", err)
	}
	samples, err := ReadFile(fmt.Sprint("/dev/fd/", fd))
	if err != nil || len(samples) != 32000 {
		t.Errorf("%d samples, %v", len(samples), err)
	}
}

// TestLateFile checks that a pipe which is closed before it has a writer is not left
// open by the writer that comes later.
func TestLateFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	late := &lateFile{path: pipe}
	read := make(chan error, 1)
	go func() {
		_, err := late.Read(make([]byte, 1))
		read <- err
	}()
	if err := late.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // blocks until the other side opens it
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := within(t, "reading", func() error { return <-read }); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read: %v", err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("somebody still reads: %v", err)
	}
}

// TestPatienceIsFair checks what does not count as taking too long.
func TestPatienceIsFair(t *testing.T) {
	var grows int64
	for name, p := range map[string]patience{
		"output is there already": {silence: time.Hour, slack: time.Second, waited: time.Hour},
		"before the first sound":  {silence: time.Millisecond, first: time.Hour},
		"while it works": {silence: 300 * time.Millisecond, busy: time.Hour, bytes: noSound,
			activity: func() int64 { grows++; return grows }},
	} {
		out, toOut, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if p.waited > 0 {
			_, err = toOut.WriteString("sound")
		} else {
			time.AfterFunc(time.Second, func() { _, _ = toOut.WriteString("sound") }) // a failure shows below
		}
		buf := make([]byte, 10)
		if n, rerr := p.read(out, buf, nil); err != nil || rerr != nil || string(buf[:n]) != "sound" {
			t.Errorf("%s: %q, %v, %v", name, buf[:n], err, rerr)
		}
		out.Close()
		toOut.Close()
	}
	out, toOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer toOut.Close()
	endless := patience{silence: 20 * time.Millisecond, busy: 100 * time.Millisecond, activity: func() int64 { grows++; return grows }}
	if err := within(t, "busy work", func() error { _, err := endless.read(out, make([]byte, 1), nil); return err }); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("busy work: %v", err)
	}
}

// TestActivity checks that work of a process, and of one that it has started, shows.
func TestActivity(t *testing.T) {
	for name, text := range map[string]string{
		"itself": "while :; do :; done", "its child": "sh -c 'while :; do :; done'; exit 1",
	} {
		c, err := launch(exec.Command(script(t, "busy", text)), nil, false)
		if err != nil {
			t.Fatal(err)
		}
		err = within(t, name, func() error {
			for first := c.activity(); c.activity() < first+3; {
				time.Sleep(time.Millisecond)
			}
			return nil
		})
		c.kill()
		if err != nil {
			t.Error(err)
		}
	}
}
