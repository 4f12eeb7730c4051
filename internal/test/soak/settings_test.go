//go:build linux

package soak

import (
	"cmp"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/home"
	"voiceflow/internal/test/programs"
)

// patience limits waits for things that come soon or never, on a machine that is busy with
// the soak.
const patience = 2 * await.Patience

// settings are those of a soak, from the environment.
type settings struct {
	*programs.Source
	length time.Duration
	seed   uint64
	only   int      // the one session to run; -1: all
	bin    string   // folder of the programs
	mounts bool     // a process may have a file system of its own
	env    []string // of all programs, without the user's settings
}

// long reports whether the soak has time for a microphone, and for a judgement of speed.
func (s *settings) long() bool { return s.length >= 2*time.Minute }

func (s *settings) program(name string) string { return filepath.Join(s.bin, name) }

// random returns the random numbers of one part of the soak.
func (s *settings) random(part int) *rand.Rand { return rand.New(rand.NewPCG(s.seed, uint64(part))) }

func readSettings(t *testing.T) *settings {
	t.Helper()
	s := &settings{}
	var err error
	if s.Source, err = programs.Open(); err != nil {
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
	if s.bin, err = s.Plain(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	programs.DropSettings()
	s.env = append(os.Environ(), home.Environ(t.TempDir())...)
	s.mounts = exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", t.TempDir()).Run() == nil
	return s
}
