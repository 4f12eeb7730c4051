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

	"voiceflow/internal/disk"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/service"
	"voiceflow/internal/health/verdict"
	"voiceflow/internal/openfile"
)

// Probe inspects the machine. Outside tests, its functions are those of [System].
type Probe struct {
	System   string // as runtime.GOOS
	Root     string // folder that contains etc, proc, sys, dev and run
	Programs string // folder of the other programs
	Version  string // their expected version

	Models string // folder of the models
	State  string // folder for logs, history and undelivered text
	Config string // folder of the configuration
	File   string // configuration file, which need not exist
	Named  bool   // the user named File, so the programs are queried with it

	// Server asks this user's transcription server; it returns nil if none is used. It may
	// be nil.
	Server func(context.Context) *service.Reading

	Getenv   func(string) string
	LookPath func(string) (string, error)
	Now      func() time.Time

	// Run runs a program until it exits. It returns an error if the program did not
	// start or end in time; a non-zero exit code is not an error.
	Run func(ctx context.Context, program string, args ...string) (Output, error)

	Cores  func() int                             // processors that this process may use
	Memory func() (bytes uint64, err error)       // memory of the machine
	Free   func(folder string) (Space, error)     // free space on the disk of an existing folder
	Access func(path string) error                // nil: path is readable and writable
	Dial   func(network, address string) error    // nil: there is a listener
	Create func(folder string) error              // nil: files can be created in folder
	Stat   func(path string) (os.FileInfo, error) // follows links
}

// Output is the result of running a program.
type Output = peer.Output

// Space is the free space on a disk.
type Space struct {
	Bytes uint64 // available to the user
	Disk  uint64 // device number of the file system; 0: unknown
}

// patience is the time limit per program. Some libraries wait for a missing sound
// server.
const patience = 10 * time.Second

// System returns a Probe for this machine.
func System() Probe {
	return Probe{
		System: runtime.GOOS, Root: "/",
		Getenv: os.Getenv, LookPath: exec.LookPath, Now: time.Now, Stat: os.Stat,
		Run: run, Cores: cores, Memory: memory, Free: free, Dial: dial, Create: create,
		Access: access,
	}
}

// Run checks everything that the purpose needs, in parallel. It takes about as
// long as the slowest program, and at most 20 s.
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
		func() []Check { return p.server(ctx) },
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

// path returns the path of a system file below Root.
func (p Probe) path(parts ...string) string {
	return filepath.Join(append([]string{p.Root}, parts...)...)
}

// read returns the trimmed content of a small system file, or "" if it cannot be
// read.
func (p Probe) read(parts ...string) string {
	data, err := openfile.ReadAll(p.path(parts...), 1<<20)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// glob returns the system files that match a pattern.
func (p Probe) glob(pattern string) []string {
	found, _ := filepath.Glob(p.path(pattern)) // the patterns are valid
	return found
}

// ask runs one of the voiceflow programs.
func (p Probe) ask(ctx context.Context, name string, args ...string) (Output, error) {
	return p.Run(ctx, filepath.Join(p.Programs, name), args...)
}

// errConfiguration means that a program exits because of its configuration, which
// the configuration check reports.
var errConfiguration = errors.New("could not be queried because of its configuration")

// query is ask for answers that depend on the program's configuration.
func (p Probe) query(ctx context.Context, name string, args ...string) (Output, error) {
	if p.Named {
		args = append([]string{"--config", p.File}, args...)
	}
	out, err := p.ask(ctx, name, args...)
	if err == nil && out.Code == exitcode.Usage { // the arguments themselves are valid
		err = fmt.Errorf("%s %w", name, errConfiguration)
	}
	return out, err
}

// unknown returns a check without a verdict, because of a program's configuration.
func unknown(name string, err error) Check {
	return bad(name, verdict.Warning, "vf-health config validate", "%v", err)
}

func run(ctx context.Context, path string, args ...string) (Output, error) {
	return peer.Run(ctx, patience, path, args...)
}

// cores returns the number of processors that this process may use. The default of
// GOMAXPROCS respects both the process's affinity and its container's limit.
func cores() int {
	if os.Getenv("GOMAXPROCS") != "" {
		return runtime.NumCPU() // GOMAXPROCS was set by hand
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
	return Space{Bytes: bytes, Disk: device(folder)}, nil
}

// TrialFile is the os.CreateTemp pattern for files that test whether a folder is
// writable.
const TrialFile = ".vf-preflight-*"

func create(folder string) error {
	f, err := os.CreateTemp(folder, TrialFile)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
