package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/shirou/gopsutil/v4/mem"
	"golang.org/x/sys/unix"

	"voiceflow/internal/disk"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
)

// Probe is how the machine is looked at. Its functions are those of [System],
// except in tests.
type Probe struct {
	System   string // as runtime.GOOS
	Root     string // folder of etc, proc, sys, dev and run
	Programs string // folder of the other programs
	Version  string // that they should have

	Models string // folder of the models
	State  string // folder of logs, history, rescued texts
	Config string // folder of the configuration
	File   string // of the configuration, which need not be there
	Named  bool   // the user names File: then the programs are asked with it

	Getenv   func(string) string
	LookPath func(string) (string, error)
	Now      func() time.Time

	// Run runs a program to its end. The error is that it did not start or did
	// not end in time; an exit code is none.
	Run func(ctx context.Context, program string, args ...string) (Output, error)

	Cores  func() int                             // processors that this process may use
	Memory func() (bytes uint64, err error)       // of the machine
	Free   func(folder string) (Space, error)     // on the disk of an existing folder
	Access func(path string) error                // nil: it may be read and written
	Dial   func(network, address string) error    // nil: somebody listens there
	Create func(folder string) error              // nil: a file could be made there
	Stat   func(path string) (os.FileInfo, error) // follows links
}

// Output is what a program left behind.
type Output = peer.Output

// Space is how much of a disk a user may still fill.
type Space struct {
	Bytes uint64
	Disk  uint64 // number of the file system: two folders may be on one
}

// patience is how long one program may take. A missing sound server makes some
// libraries wait for it.
const patience = 10 * time.Second

// System looks at the machine that it runs on.
func System() Probe {
	return Probe{
		System: runtime.GOOS, Root: "/",
		Getenv: os.Getenv, LookPath: exec.LookPath, Now: time.Now, Stat: os.Stat,
		Run: run, Cores: cores, Memory: memory, Free: free, Dial: dial, Create: create,
		Access: func(path string) error { return unix.Access(path, unix.R_OK|unix.W_OK) },
	}
}

// Run looks at everything that the purpose needs, several things at a time, and
// judges. It takes about as long as the slowest program, 20 s at most.
func Run(ctx context.Context, p Probe, purpose Purpose) Report {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	d := p.distribution()
	topics := []func() []Check{
		func() []Check { return p.programs(ctx, purpose) },
		func() []Check { return p.hardware() },
		func() []Check { return p.disks() },
		func() []Check { return p.gpu(ctx, d) },
		func() []Check { return p.models(ctx) },
		func() []Check { return p.folders() },
		func() []Check { return p.configuration(ctx, purpose) },
		func() []Check { return p.clock(ctx) },
	}
	if purpose != Files {
		topics = append(topics,
			func() []Check { return p.sound(ctx, d) },
			func() []Check { return p.typing(ctx, d) })
	}
	found := make([][]Check, len(topics))
	var all sync.WaitGroup
	for i, topic := range topics {
		all.Go(func() { found[i] = topic() })
	}
	all.Wait()
	var checks []Check
	for _, f := range found {
		checks = append(checks, f...)
	}
	return newReport(purpose, checks)
}

// path is that of a file of the system.
func (p Probe) path(parts ...string) string {
	return filepath.Join(append([]string{p.Root}, parts...)...)
}

// read is the content of a small file of the system, or "" where it is not
// there.
func (p Probe) read(parts ...string) string {
	data, err := os.ReadFile(p.path(parts...))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// glob lists files of the system.
func (p Probe) glob(pattern string) []string {
	found, _ := filepath.Glob(p.path(pattern)) // the patterns are well formed
	return found
}

// ask runs one of our own programs.
func (p Probe) ask(ctx context.Context, name string, args ...string) (Output, error) {
	return p.Run(ctx, filepath.Join(p.Programs, name), args...)
}

// errConfiguration is of a program that stops because of its configuration, which
// the check of that tells.
var errConfiguration = errors.New("could not be asked, because of its configuration")

// question is ask for what the program's configuration has a say in.
func (p Probe) question(ctx context.Context, name string, args ...string) (Output, error) {
	if p.Named {
		args = append([]string{"--config", p.File}, args...)
	}
	out, err := p.ask(ctx, name, args...)
	if err == nil && out.Code == exitcode.Usage { // the questions themselves are right
		err = fmt.Errorf("%s %w", name, errConfiguration)
	}
	return out, err
}

// unasked is a check that no judgement could be made for.
func unasked(name string, err error) Check {
	return bad(name, verdict.Warning, "vf-health config validate", "%v", err)
}

func run(ctx context.Context, path string, args ...string) (Output, error) {
	return peer.Run(ctx, patience, path, args...)
}

// cores heeds the affinity of the process and the limit of its container: the
// runtime has both in the number of threads that it runs at once.
func cores() int {
	if os.Getenv("GOMAXPROCS") != "" {
		return runtime.NumCPU() // set by hand, which says nothing of the machine
	}
	return runtime.GOMAXPROCS(0)
}

func memory() (uint64, error) {
	m, err := mem.VirtualMemory()
	if err != nil {
		return 0, err
	}
	return m.Total, nil
}

func free(folder string) (Space, error) {
	bytes, err := disk.Free(folder)
	if err != nil {
		return Space{}, err
	}
	s := Space{Bytes: bytes}
	var info unix.Stat_t
	if err := unix.Stat(folder, &info); err == nil {
		s.Disk = uint64(info.Dev)
	}
	return s, nil
}

// TrialFile is the name, as for os.CreateTemp, of a file that shows whether a
// folder can be written to.
const TrialFile = ".vf-preflight-*"

func create(folder string) error {
	f, err := os.CreateTemp(folder, TrialFile)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
