package hostile

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/proc"
)

// full returns the writing end of a pipe that is full and never read.
func full(t *testing.T) *os.File {
	t.Helper()
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{64 << 10, 1} {
		_ = unix.SetNonblock(ends[1], true)
		for {
			if _, err := unix.Write(ends[1], make([]byte, size)); err != nil {
				break
			}
		}
	}
	_ = unix.SetNonblock(ends[1], false)
	reader, writer := os.NewFile(uintptr(ends[0]), "reader"), os.NewFile(uintptr(ends[1]), "full")
	t.Cleanup(func() { reader.Close(); writer.Close() })
	return writer
}

// silent listens on a Unix socket in a private folder, accepts and never answers.
func silent(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			if _, err := l.Accept(); err != nil {
				return
			}
		}
	}()
}

// TestSecondSignalEndsEveryWait blocks the programs in every way that others can:
// with output that nobody reads, input that never comes, and peers that never
// answer. The second signal ends them all. Only the program gets the signals; its
// children must end, too.
func TestSecondSignalEndsEveryWait(t *testing.T) {
	for _, test := range []struct{ name, line string }{
		{"stdout", "vf-transcribe -m MODEL REC"}, {"stdout", "vf-transcribe --help"}, {"stdout", "vf-transcribe --settings"},
		{"stdout", "vf-transcribe devices"}, {"stdout", "vf-transcribe models list"}, {"stdout", "vf-vad --help"},
		{"stdout", "vf-record --input REC"}, {"stdout", "vf-record --help"}, {"stdout", "vf-paste methods"},
		{"stdout", "vf-paste --version"}, {"stdout", "vf-health check -m /missing"}, {"stdout", "vf-health preflight"},
		{"stdout", "vf-health check -m MODEL REC"}, {"stdout", "vf-health config show"},
		{"stderr", "vf-transcribe -m /missing REC"}, {"stderr", "vf-vad --nonsense"}, {"stderr", "vf-vad --config /missing"},
		{"stderr", "vf-record --input /missing"}, {"stderr", "vf-record --nonsense"}, {"stderr", "vf-paste --replacements /missing"},
		{"stderr", "vf-paste --nonsense"}, {"stderr", "vf-health --nonsense"}, {"stderr", "vf-health monitor --logs /missing"},
		{"stdin", "vf-vad"}, {"stdin", "vf-transcribe -m MODEL"}, {"stdin", "vf-paste --method stdout"},
		{"stdin", "vf-transcribe -m MODEL --files-from -"}, {"stdin", "vf-transcribe -m MODEL --files-from /dev/stdin"},
		{"stdin", "vf-vad --config /dev/stdin"}, {"stdin", "vf-record --input /dev/stdin"},
		{"socket", "vf-transcribe --connect unix:HOME/run/silent -m MODEL REC"}, {"socket", "vf-transcribe --connect auto -m MODEL REC"},
		{"socket", "vf-paste --method x11"}, {"socket", "vf-paste --method wayland"}, {"socket", "vf-paste --notify"},
		{"socket", "vf-paste --exec exec\u00a0sleep\u00a0100"}, {"socket", "vf-record --stop"}, {"socket", "vf-record --status"},
		{"socket", "vf-record --list-devices"}, {"socket", "vf-health preflight"}, {"socket", "vf-health check -m MODEL"},
		{"socket", "vf-health monitor --once --server unix:HOME/run/silent"},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(strings.Join([]string{test.name, test.line, sig.String()}, " "), func(t *testing.T) {
				t.Parallel()
				blocked(t, test.name, test.line, sig)
			})
		}
	}
}

func blocked(t *testing.T, by, line string, sig syscall.Signal) {
	words := strings.Fields(strings.NewReplacer("MODEL", source.Model(), "REC", recording()).Replace(line))
	p := command(t, words[0], words[1:]...)
	for i, arg := range p.Args {
		p.Args[i] = strings.NewReplacer("HOME", p.home, "\u00a0", " ").Replace(arg)
	}
	input, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	defer writer.Close()
	p.Stdin = input
	switch by {
	case "stdout":
		p.Stdout = full(t)
	case "stderr":
		p.Stderr = full(t)
	case "socket":
		run := p.home + "/run/"
		for _, name := range []string{"silent", "voiceflow/record.sock", "voiceflow/transcribe.sock", "pulse/native"} {
			silent(t, run+name)
		}
		p.Env = append(p.Env, "WAYLAND_DISPLAY=silent", "DISPLAY=unix:"+run+"silent", "PULSE_SERVER=unix:"+run+"pulse/native",
			"DBUS_SESSION_BUS_ADDRESS=unix:path="+run+"silent")
		if words[0] == "vf-paste" {
			if _, err := writer.WriteString("hello\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.start(t)
	if p.endsWithin(time.Second) {
		return // it did not wait, which is better
	}
	took := p.interrupt(t, sig)
	<-p.ended
	t.Logf("%q blocked by %s ended %v after the second %v", words, by, took.Round(time.Millisecond), sig)
	noneLeft(t, p)
}

// noneLeft checks that no process of the program's group is alive.
func noneLeft(t *testing.T, p *process) {
	t.Helper()
	await.Within(t, goneIn, fmt.Sprintf("the end of the processes that %q started", p.Args), func() bool { return len(proc.Group(p.Process.Pid)) == 0 })
}
