// Package programs builds the project's programs for the tests that run them, and says
// where these find the model and the recordings.
package programs

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Names are the programs: those of the pipeline, in its order, and vf-health.
var Names = []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"}

// Source is the checkout that the programs are built from.
type Source struct {
	Root      string // its folder
	linkFlags string // let the programs find their libraries and backends
	built     string // folder of programs that make has just built; may be empty
}

// Open finds the checkout above the working folder, where go runs tests. Open it before
// [DropSettings]: the environment says where the libraries are.
func Open() (*Source, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for ; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		} else if root == filepath.Dir(root) {
			return nil, fmt.Errorf("no folder above the test has a go.mod: %w", err)
		}
	}
	return &Source{
		Root:      root,
		linkFlags: "-X main.builtinBackends=" + os.Getenv("VOICEFLOW_BACKENDS") + " " + os.Getenv("NATIVE_LDFLAGS"),
		built:     os.Getenv("SOAK_PROGRAMS"),
	}, nil
}

// Model is the path of the demo model.
func (s *Source) Model() string { return filepath.Join(s.Root, "testdata/model/vf-demo.en.bin") }

// Recording is the path of a recording, such as sentence-01.
func (s *Source) Recording(name string) string {
	return filepath.Join(s.Root, "testdata/recordings", name+".wav")
}

// Build builds the programs in a folder laid out like a checkout, so that they find the
// model and the recordings. Flags are those of go build, such as -race. It returns the
// folder of the programs.
func (s *Source) Build(folder string, flags ...string) (bin string, err error) {
	if bin, err = s.layOut(folder); err != nil {
		return "", err
	}
	return bin, s.build(append(append([]string{"-o", bin + "/"}, flags...), "./cmd/...")...)
}

// BuildOne builds a program that belongs to the tests as a file, and returns the file.
func (s *Source) BuildOne(file, folder string) (string, error) {
	return file, s.build("-o", file, folder)
}

func (s *Source) build(args ...string) error {
	build := exec.Command("go", append([]string{"build", "-ldflags", s.linkFlags}, args...)...)
	build.Dir = s.Root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %q: %w\n%s", args, err, out)
	}
	return nil
}

// Plain is [Source.Build] without flags. Where SOAK_PROGRAMS is a folder of programs, as in
// make test, it copies these, which takes no time.
func (s *Source) Plain(folder string) (bin string, err error) {
	if s.built == "" {
		return s.Build(folder)
	}
	if bin, err = s.layOut(folder); err != nil {
		return "", err
	}
	for _, name := range Names {
		data, err := os.ReadFile(filepath.Join(s.built, name))
		if err != nil {
			return "", fmt.Errorf("SOAK_PROGRAMS: %w; build them with: make", err)
		}
		if err := os.WriteFile(filepath.Join(bin, name), data, 0o755); err != nil {
			return "", err
		}
	}
	return bin, nil
}

// layOut makes a folder like a checkout, without programs yet.
func (s *Source) layOut(folder string) (bin string, err error) {
	bin = filepath.Join(folder, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	return bin, os.Symlink(filepath.Join(s.Root, "testdata"), filepath.Join(folder, "testdata"))
}

// DropSettings keeps the user's settings of the programs away from the tests.
func DropSettings() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "VOICEFLOW_") {
			os.Unsetenv(name)
		}
	}
}

// Run runs the tests of a package that mostly wait for programs, at least so many at a
// time, and returns an exit code. Before, prepare builds the programs in a folder that
// every user may enter and that is removed in the end; then the user's settings are
// dropped.
func Run(m *testing.M, atATime int, prepare func(s *Source, folder string) error) int {
	code, err := run(m, atATime, prepare)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(m *testing.M, atATime int, prepare func(s *Source, folder string) error) (int, error) {
	if err := flag.Set("test.parallel", strconv.Itoa(max(atATime, runtime.GOMAXPROCS(0)))); err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "voiceflow-programs-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return 0, err
	}
	if err := os.Chmod(folder, 0o711); err != nil { // sway runs them as another user than root
		return 0, err
	}
	source, err := Open()
	if err != nil {
		return 0, err
	}
	if err := prepare(source, folder); err != nil {
		return 0, err
	}
	DropSettings()
	return m.Run(), nil
}
