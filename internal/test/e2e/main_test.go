package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"voiceflow/internal/test/programs"
)

var (
	source *programs.Source
	root   string // of the checkout
	bin    string // folder of the programs, built with the race detector

	buildPlain  func() (string, error) // builds the programs once, without it; see plain
	buildFaults func() (string, error) // builds the program with the faults once; see plant
)

func TestMain(m *testing.M) {
	// Many tests only wait while sound plays in real time, so run at least four at a time.
	os.Exit(programs.Run(m, 4, func(s *programs.Source, folder string) (err error) {
		source, root = s, s.Root
		if bin, err = s.Build(folder, "-race"); err != nil {
			return err
		}
		buildPlain = sync.OnceValues(func() (string, error) { return s.Plain(filepath.Join(folder, "plain")) })
		buildFaults = sync.OnceValues(func() (string, error) {
			return s.BuildOne(filepath.Join(folder, "faults"), "./internal/test/faults")
		})
		os.Setenv("XDG_CONFIG_HOME", filepath.Join(folder, "config"))
		os.Setenv("XDG_STATE_HOME", filepath.Join(folder, "state"))
		os.Setenv("GORACE", "atexit_sleep_ms=0") // each program would wait a second for races at its end
		os.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		return nil
	}))
}

// plain returns the folder of the programs without the race detector, which is slow and
// whose own memory would hide a leak. They are built when the first test needs them.
func plain(t testing.TB) string {
	t.Helper()
	folder, err := buildPlain()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func model() string { return source.Model() }

func recording(name string) string { return source.Recording(name) }

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", os.Getenv("PATH"))
			env.Setenv("REC", filepath.Join(root, "testdata/recordings"))
			env.Setenv("MODEL", model())
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
