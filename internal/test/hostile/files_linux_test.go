package hostile

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/programs"
)

// flagOf is a flag that takes a path.
type flagOf struct{ program, command, flag string }

// flags lists the flags of all programs that take a path, as the programs themselves
// do.
func flags(t *testing.T) (all []flagOf) {
	t.Helper()
	for _, program := range programs.Names {
		out, err := exec.Command(filepath.Join(bin, program), "--docs", "files").Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			command, flag, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !ok {
				t.Fatalf("%s: %q", program, line)
			}
			all = append(all, flagOf{program, command, flag})
		}
	}
	return all
}

// strange makes a file of each kind and returns their paths by kind.
func strange(t *testing.T) map[string]string {
	t.Helper()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	socket, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	if err := errors.Join(
		syscall.Mkfifo(at("pipe"), 0o600),
		os.Mkdir(at("folder"), 0o700),
		os.Symlink("nowhere", at("dangling")),
		os.Symlink("loop", at("loop")),
		os.Symlink("pipe", at("link to a pipe")),
		os.Symlink("/dev/zero", at("link to zero")),
		os.WriteFile(at("secret"), []byte("x"), 0),
		os.WriteFile(at("empty"), nil, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"zero": "/dev/zero", "full": "/dev/full", "missing": at("missing")}
	for _, name := range []string{"pipe", "folder", "socket", "dangling", "loop", "link to a pipe", "link to zero", "empty"} {
		kinds[name] = at(name)
	}
	if os.Geteuid() != 0 { // root may read everything
		kinds["secret"] = at("secret")
	}
	return kinds
}

// usual are arguments with which a command reads its flags and ends.
var usual = map[string][]string{
	"vf-record":                 {"--input", "REC", "--output", "said.wav"},
	"vf-vad":                    {},
	"vf-transcribe":             {"-m", "MODEL", "REC"},
	"vf-paste":                  {"--method", "stdout"},
	"vf-health":                 {"config", "show"},
	"vf-health check":           {"-m", "MODEL", "REC"},
	"vf-health monitor":         {"--once"},
	"vf-health dashboard":       {"--listen", "127.0.0.1:0"},
	"vf-health bundle":          {},
	"vf-health analyze":         {"LOGS"},
	"vf-health clean":           {},
	"vf-transcribe models pull": {"tiny.en"},
}

// also are arguments without which a flag has no effect.
var also = map[string][]string{
	"vf-transcribe token-file": {"--listen", "127.0.0.1:0"},
	"vf-transcribe tls-cert":   {"--listen", "127.0.0.1:0", "--tls-key", "PATH"},
	"vf-transcribe tls-key":    {"--listen", "127.0.0.1:0", "--tls-cert", "PATH"},
	"vf-vad vad-model":         {"--engine", "silero"},
	"vf-health server-token":   {"--server", "127.0.0.1:1"},
}

// waits are the flags for which a pipe, or a device, is a recording or a list like
// any other: their end is awaited.
var waits = []string{"vf-record input", "vf-transcribe files-from", "vf-transcribe files0-from"}

// arguments returns a command line in which a flag has the value path.
func (f flagOf) arguments(path string) []string {
	name := strings.TrimSpace(f.program + " " + f.command)
	args := strings.Fields(f.command)
	if f.flag == "config" || f.flag == "log-file" {
		args = nil
	}
	args = append(args, "--"+f.flag+"="+path)
	args = append(args, also[f.program+" "+f.flag]...)
	for _, a := range usual[name] {
		switch a {
		case "REC":
			a = recording()
		case "MODEL":
			a = source.Model()
		case "LOGS":
			a = filepath.Dir(recording())
		}
		args = append(args, a)
	}
	for i, a := range args {
		if a == "PATH" {
			args[i] = path
		}
	}
	if slices.Contains(also[f.program+" "+f.flag], "--listen") {
		args = slices.DeleteFunc(args, func(a string) bool { return a == recording() })
	}
	return args
}

// memory is the most that a program may use, in kilobytes.
const memory = 1 << 20

// TestEveryFlagRefusesStrangeFiles gives every flag that takes a path a file of every
// kind. Programs end with a documented code and need little memory.
func TestEveryFlagRefusesStrangeFiles(t *testing.T) {
	all := flags(t)
	if len(all) < 30 {
		t.Fatalf("only %d flags", len(all))
	}
	kinds := strange(t)
	for _, f := range all {
		for kind, path := range kinds {
			t.Run(strings.Join([]string{f.program, f.command, f.flag, kind}, " "), func(t *testing.T) {
				t.Parallel()
				args := f.arguments(path)
				if f.serves() || f.waits(kind) {
					args = append([]string{"--log-file=" + logFile}, args...)
				}
				p := command(t, f.program, args...)
				p.start(t)
				f.check(t, p, kind)
			})
		}
	}
}

// endsIn is how long a program may take on a busy machine.
const endsIn = 60 * time.Second

// logFile is the log, in its home, of a program that has to be interrupted.
const logFile = "log of the run"

// serves reports whether a program with the flag goes on until it is interrupted.
func (f flagOf) serves() bool {
	return f.program == "vf-health" && f.command == "dashboard" || f.flag == "token-file" || f.flag == "outputs"
}

// waits reports whether a program with the flag may wait for a file of a kind to end.
func (f flagOf) waits(kind string) bool {
	return slices.Contains(waits, f.program+" "+f.flag) && kind != "folder" && kind != "socket"
}

func (f flagOf) check(t *testing.T, p *process, kind string) {
	t.Helper()
	switch {
	case f.serves() || f.waits(kind):
		// Once the log file exists, the program obeys signals.
		await.True(t, "the log file, or the end", func() bool {
			_, err := os.Stat(filepath.Join(p.home, logFile))
			return err == nil || p.endsWithin(0)
		})
		if !p.endsWithin(2 * time.Second) {
			p.interrupt(t, syscall.SIGINT)
		}
	case !p.endsWithin(endsIn):
		t.Fatalf("%q does not end\n%s", p.Args[1:], &p.stderr)
	}
	<-p.ended
	state := p.ProcessState
	// On a busy machine, the interrupt may come when the program has refused the file and
	// no longer expects one.
	ending := (f.serves() || f.waits(kind)) && strings.Contains(p.stderr.String(), `"level":"error"`)
	if code := state.ExitCode(); !slices.Contains(documented(f.program), code) && !(code == -1 && ending) {
		t.Errorf("%q: %v\n%s", p.Args[1:], state, &p.stderr)
	}
	if strings.Contains(p.stderr.String(), "goroutine ") {
		t.Errorf("%q crashed\n%s", p.Args[1:], &p.stderr)
	}
	if used := state.SysUsage().(*syscall.Rusage).Maxrss; used > memory {
		t.Errorf("%q used %d MB", p.Args[1:], used>>10)
	}
}

// TestStrangeConfigurations puts each kind of file in the place of the configuration
// file, in the default place and in the variable, for every program.
func TestStrangeConfigurations(t *testing.T) {
	kinds := strange(t)
	for _, program := range programs.Names {
		for kind, path := range kinds {
			for _, place := range []string{"default", "variable"} {
				t.Run(strings.Join([]string{program, kind, place}, " "), func(t *testing.T) {
					t.Parallel()
					f := flagOf{program, "", "config"}
					p := command(t, program, f.arguments(path)[1:]...)
					if place == "variable" {
						p.Env = append(p.Env, "VOICEFLOW_CONFIG="+path)
					} else if err := errors.Join(os.MkdirAll(p.home+"/.config/voiceflow", 0o700),
						os.Symlink(path, p.home+"/.config/voiceflow/config.toml")); err != nil {
						t.Fatal(err)
					}
					p.start(t)
					f.check(t, p, kind)
				})
			}
		}
	}
}
