package hostile

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/home"
	"voiceflow/internal/test/programs"
)

var (
	source *programs.Source
	bin    string // folder of the programs
)

func TestMain(m *testing.M) {
	// Many tests only wait, so run at least eight at a time.
	os.Exit(programs.Run(m, 8, func(s *programs.Source, folder string) (err error) {
		source = s
		bin, err = s.Plain(folder)
		return err
	}))
}

func recording() string { return source.Recording("sentence-07") }

// process is a program whose home is a folder of its own.
type process struct {
	*exec.Cmd
	home   string
	stderr bytes.Buffer
	ended  chan struct{}
}

// command prepares a program in a new home. It has no display, no sound and no
// session bus.
func command(t *testing.T, program string, args ...string) *process {
	t.Helper()
	folder, err := os.MkdirTemp("", "vf-") // t.TempDir is too long for the names of sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	p := &process{home: folder, ended: make(chan struct{})}
	p.Cmd = exec.Command(filepath.Join(bin, program), args...)
	p.Dir = p.home
	p.Env = append(home.Poor(folder, bin+":"+os.Getenv("PATH")), "XDG_RUNTIME_DIR="+folder+"/run", "TMPDIR="+folder)
	if err := os.Mkdir(folder+"/run", 0o700); err != nil {
		t.Fatal(err)
	}
	p.Stderr = &p.stderr
	p.WaitDelay = time.Second // for children that keep it open
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return p
}

func (p *process) start(t *testing.T) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait() // ProcessState tells how it ended
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		<-p.ended
	})
}

// endsWithin reports whether the program ends by itself.
func (p *process) endsWithin(limit time.Duration) bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(limit):
		return false
	}
}

// goneIn is how long a program may take to end after the second signal: the second
// that is promised, and more on a busy machine.
const goneIn = 5 * time.Second

// interrupt sends a signal twice, and again in case two arrived as one, and returns
// how long the program took to end after the second.
func (p *process) interrupt(t *testing.T, sig syscall.Signal) time.Duration {
	t.Helper()
	const pause = 100 * time.Millisecond
	_ = p.Process.Signal(sig) // it may have ended
	if p.endsWithin(pause) {
		return 0
	}
	began := time.Now()
	for time.Since(began) < goneIn {
		_ = p.Process.Signal(sig)
		if p.endsWithin(pause) {
			return time.Since(began)
		}
	}
	t.Fatalf("%q survived two of %v", p.Args, sig)
	return 0
}

// documented are the exit codes of docs/formats.md.
func documented(program string) []int {
	if program == "vf-health" {
		return []int{0, 1, 2, 3}
	}
	return []int{0, 1, 2, 3, 4, 5, 10, 130, 141}
}
