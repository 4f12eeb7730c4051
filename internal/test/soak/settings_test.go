//go:build linux

package soak

import (
	"cmp"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// settings are those of a soak, from the environment.
type settings struct {
	length   time.Duration
	seed     uint64
	only     int // the one session to run; -1: all
	root     string
	programs string
	mounts   bool     // a process may have a file system of its own
	env      []string // of all programs, without the user's settings
}

// long reports whether the soak has time for a microphone, and for a judgement of speed.
func (s *settings) long() bool { return s.length >= 2*time.Minute }

func (s *settings) model() string { return filepath.Join(s.root, "testdata/model/vf-demo.en.bin") }

func (s *settings) program(name string) string { return filepath.Join(s.programs, name) }

// random returns the random numbers of one part of the soak.
func (s *settings) random(part int) *rand.Rand { return rand.New(rand.NewPCG(s.seed, uint64(part))) }

func readSettings(t *testing.T) *settings {
	t.Helper()
	s := &settings{programs: os.Getenv("SOAK_PROGRAMS")}
	var err error
	if s.root, err = filepath.Abs("../../.."); err != nil {
		t.Fatal(err)
	}
	if s.length, err = time.ParseDuration(cmp.Or(os.Getenv("SOAK"), "20s")); err != nil || s.length <= 0 {
		t.Fatalf("SOAK=%q is not a duration such as 5m", os.Getenv("SOAK"))
	}
	random := strconv.FormatUint(rand.Uint64N(1e9), 10)
	if s.seed, err = strconv.ParseUint(cmp.Or(os.Getenv("SOAK_SEED"), random), 10, 64); err != nil {
		t.Fatalf("SOAK_SEED=%q is not a number", os.Getenv("SOAK_SEED"))
	}
	if s.only, err = strconv.Atoi(cmp.Or(os.Getenv("SOAK_SESSION"), "-1")); err != nil {
		t.Fatalf("SOAK_SESSION=%q is not a number", os.Getenv("SOAK_SESSION"))
	}
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "VOICEFLOW_") {
			s.env = append(s.env, e)
		}
	}
	s.env = append(s.env, homeOf(t.TempDir())...)
	s.mounts = exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil
	if s.programs == "" {
		s.programs = t.TempDir()
		flags := "-X main.builtinBackends=" + os.Getenv("VOICEFLOW_BACKENDS") + " " + os.Getenv("NATIVE_LDFLAGS")
		build := exec.Command("go", "build", "-ldflags", flags, "-o", s.programs+"/", "./cmd/...")
		build.Dir = s.root
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build the programs: %v\n%s", err, out)
		}
	}
	return s
}

// homeOf returns variables that keep a program's files in a folder.
func homeOf(folder string) []string {
	return []string{"HOME=" + folder, "XDG_CONFIG_HOME=" + folder, "XDG_STATE_HOME=" + folder, "XDG_RUNTIME_DIR=" + folder}
}
