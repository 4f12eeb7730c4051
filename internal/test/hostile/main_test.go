package hostile

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	root string // of the checkout
	bin  string // folder of the programs
)

// names of the programs.
var names = []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"}

func TestMain(m *testing.M) {
	// Many tests only wait, so run at least eight at a time.
	if err := flag.Set("test.parallel", strconv.Itoa(max(8, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	code, err := build(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build builds the programs and runs the tests.
func build(run func() int) (int, error) {
	var err error
	if root, err = filepath.Abs("../../.."); err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "voiceflow-hostile-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	bin = filepath.Join(folder, "bin")
	flags := "-X main.builtinBackends=" + os.Getenv("VOICEFLOW_BACKENDS") + " " + os.Getenv("NATIVE_LDFLAGS")
	cmd := exec.Command("go", "build", "-ldflags", flags, "-o", bin+"/", "./cmd/...")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	for _, e := range os.Environ() { // keep the user's settings away
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "VOICEFLOW_") {
			os.Unsetenv(name)
		}
	}
	return run(), nil
}

func model() string { return filepath.Join(root, "testdata/model/vf-demo.en.bin") }

func recording() string { return filepath.Join(root, "testdata/recordings/sentence-07.wav") }

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
	home, err := os.MkdirTemp("", "vf-") // t.TempDir is too long for the names of sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	p := &process{home: home, ended: make(chan struct{})}
	p.Cmd = exec.Command(filepath.Join(bin, program), args...)
	p.Dir = p.home
	p.Env = []string{"HOME=" + p.home, "PATH=" + bin + ":" + os.Getenv("PATH"), "XDG_RUNTIME_DIR=" + p.home + "/run",
		"TMPDIR=" + p.home, "LD_LIBRARY_PATH=" + os.Getenv("LD_LIBRARY_PATH")}
	if err := os.Mkdir(p.home+"/run", 0o700); err != nil {
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
