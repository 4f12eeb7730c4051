package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	root      string // of the checkout
	bin       string // folder of the programs built for these tests
	linkFlags string // let the programs find their libraries and backends

	buildPlain func() (string, error) // builds the programs once, without the race detector; see plain
)

func TestMain(m *testing.M) {
	// Many tests only wait while sound plays in real time, so run at least four at a time.
	if err := flag.Set("test.parallel", strconv.Itoa(max(4, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	code, err := build(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// programs builds the programs in a folder laid out like a checkout, so that they find
// the model and the recordings, and returns the folder of the programs.
func programs(folder string, flags ...string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	if err := os.Symlink(filepath.Join(root, "testdata"), filepath.Join(folder, "testdata")); err != nil {
		return "", err
	}
	into := filepath.Join(folder, "bin")
	build := exec.Command("go", append(append([]string{"build", "-ldflags", linkFlags, "-o", into + "/"}, flags...), "./cmd/...")...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return into, nil
}

// build builds the programs with the race detector and runs the tests.
func build(run func() int) (int, error) {
	var err error
	if root, err = filepath.Abs("../../.."); err != nil {
		return 0, err
	}
	tmp, err := os.MkdirTemp("", "voiceflow-e2e-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	if tmp, err = filepath.EvalSymlinks(tmp); err != nil {
		return 0, err
	}
	if err := os.Chmod(tmp, 0o711); err != nil { // sway runs them as another user than root
		return 0, err
	}
	// Build the path of the backends into the programs.
	linkFlags = "-X main.builtinBackends=" + os.Getenv("VOICEFLOW_BACKENDS") + " " + os.Getenv("NATIVE_LDFLAGS")
	if bin, err = programs(tmp, "-race"); err != nil {
		return 0, err
	}
	buildPlain = sync.OnceValues(func() (string, error) { return programs(filepath.Join(tmp, "plain")) })
	// Keep the user's settings away from the tests.
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "VOICEFLOW_") {
			os.Unsetenv(name)
		}
	}
	os.Setenv("XDG_CONFIG_HOME", filepath.Join(tmp, "config"))
	os.Setenv("XDG_STATE_HOME", filepath.Join(tmp, "state"))
	os.Setenv("GORACE", "atexit_sleep_ms=0") // each program would wait a second for races at its end
	os.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return run(), nil
}

func recording(name string) string {
	return filepath.Join(root, "testdata/recordings", name+".wav")
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", os.Getenv("PATH"))
			env.Setenv("REC", filepath.Join(root, "testdata/recordings"))
			env.Setenv("MODEL", filepath.Join(root, "testdata/model/vf-demo.en.bin"))
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/state")
			env.Setenv("GORACE", os.Getenv("GORACE"))
			return nil
		},
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit":    cmdExit,
			"oneline": cmdOneLine,
		},
	})
}

// cmdExit implements "exit CODE PROGRAM ARG...", which runs a program like exec and
// requires the exit code. "exit CODE < FILE PROGRAM ARG..." gives it a file as input.
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE [< FILE] PROGRAM ARG...")
	}
	want, args := args[0], args[1:]
	cmd := exec.Command("true")
	if args[0] == "<" {
		f, err := os.Open(ts.MkAbs(args[1]))
		ts.Check(err)
		defer f.Close()
		cmd.Stdin, args = f, args[2:]
	}
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd.Path, cmd.Args, cmd.Dir = path, args, ts.MkAbs(".")
	cmd.Env = nil
	for _, name := range []string{"PATH", "REC", "MODEL", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "VOICEFLOW_ENV", "HOME", "TMPDIR", "WORK", "GORACE"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	if err := cmd.Run(); cmd.ProcessState == nil {
		ts.Check(err)
	}
	if got := fmt.Sprint(cmd.ProcessState.ExitCode()); got != want {
		ts.Fatalf("exit code %s, want %s", got, want)
	}
}

// cmdOneLine implements "oneline", which requires that the last command wrote exactly
// one line to standard error.
func cmdOneLine(ts *testscript.TestScript, neg bool, args []string) {
	stderr := ts.ReadFile("stderr")
	if n := strings.Count(stderr, "\n"); n != 1 {
		ts.Fatalf("%d lines on standard error, want 1:\n%s", n, stderr)
	}
}
