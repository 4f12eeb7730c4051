package preflight

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/health/peer"
)

// machine is a healthy machine, with a root folder of its own.
type machine struct {
	Probe
	env     map[string]string
	answers map[string]Output // by command line, without folders
	listens map[string]bool   // sockets with a listener
	denied  map[string]bool   // files that cannot be accessed
}

const (
	twoDevices = `{"type":"device","index":0,"name":"Vulkan0","description":"A GPU","gpu":true}
{"type":"device","index":1,"name":"CPU","description":"A CPU","gpu":false}
`
	onlyCPU     = `{"type":"device","index":0,"name":"CPU","description":"A CPU","gpu":false}` + "\n"
	oneInput    = `[{"index":0,"name":"usb-yeti","description":"Yeti","default":true},{"index":1,"name":"speakers.monitor","monitor":true}]`
	typesOnX11  = `{"type":"method","name":"x11","works":true,"auto":true}` + "\n" + `{"type":"method","name":"xclip","works":true,"auto":true}` + "\n"
	stdoutWorks = `{"type":"method","name":"stdout","works":true,"auto":false}` + "\n"
)

func newMachine(t *testing.T) *machine {
	t.Helper()
	root := t.TempDir()
	m := &machine{
		env:     map[string]string{"DISPLAY": ":0", "XDG_RUNTIME_DIR": filepath.Join(root, "run/user")},
		listens: map[string]bool{filepath.Join(root, "run/user/pulse/native"): true},
		denied:  map[string]bool{},
		answers: map[string]Output{
			"vf-transcribe devices --json":                        {Stdout: twoDevices},
			"vf-record --list-devices --json":                     {Stdout: oneInput},
			"vf-paste methods --json":                             {Stdout: typesOnX11 + stdoutWorks},
			"pactl list short sinks":                              {Stdout: "0\tspeakers\tx\n"},
			"timedatectl show --property=NTPSynchronized --value": {Stdout: "yes\n"},
		},
	}
	for _, p := range peer.Pipeline() {
		m.answers[p+" --settings"] = Output{}
		m.answers[p+" --version"] = Output{Stdout: p + " version 1.2.3\n"}
	}
	m.file(t, "etc/os-release", "ID=debian\n")
	m.dir(t, "run/user", 0o700)
	m.dir(t, "home/state", 0o700)
	m.dir(t, "home/config", 0o700)
	m.file(t, "home/models/ggml-base.en.bin", "12345")
	m.installed(t, 5)
	m.settings("base.en", "profile", "default")
	m.Probe = Probe{
		System: "linux", Root: root, Programs: "/opt/voiceflow", Version: "1.2.3",
		Models: filepath.Join(root, "home/models"), State: filepath.Join(root, "home/state"), Config: filepath.Join(root, "home/config"),
		File:     filepath.Join(root, "home/config/config.toml"),
		Getenv:   func(name string) string { return m.env[name] },
		LookPath: func(name string) (string, error) { return m.lookPath(name) },
		Run:      m.run, Now: time.Now, Stat: os.Stat, Create: create,
		Cores:  func() int { return 8 },
		Memory: func() (uint64, error) { return 16e9, nil },
		Free: func(folder string) (Space, error) {
			return Space{Bytes: 100e9, Disk: uint64(len(folder))}, nil // each on its own disk
		},
		Access: func(path string) error {
			if m.denied[path] {
				return fs.ErrPermission
			}
			return nil
		},
		Dial: func(_, address string) error {
			if m.listens[address] {
				return nil
			}
			return fs.ErrNotExist
		},
	}
	return m
}

func (m *machine) root(t *testing.T) string {
	t.Helper()
	return strings.TrimSuffix(m.env["XDG_RUNTIME_DIR"], "/run/user")
}

func (m *machine) file(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(m.root(t), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) dir(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(m.root(t), name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// installed makes base.en an installed model of the given size.
func (m *machine) installed(t *testing.T, bytes int) {
	t.Helper()
	m.answers["vf-transcribe models list --json"] = Output{Stdout: strings.NewReplacer("ROOT", m.root(t), "BYTES", string(rune('0'+bytes))).Replace(
		`{"type":"model","name":"base.en","bytes":BYTES,"installed":true,"path":"ROOT/home/models/ggml-base.en.bin"}
{"type":"model","name":"large-v3-turbo","bytes":9,"installed":false}
{"type":"model","name":"silero-v6.2.0","detector":true,"installed":true,"path":"ROOT/none"}
`)}
}

// settings sets vf-transcribe's settings: the model, and the origins of the model
// and the profile.
func (m *machine) settings(model, origin, profileOrigin string, more ...string) {
	m.answers["vf-transcribe --settings"] = Output{Stdout: strings.Join(append([]string{
		`{"type":"setting","command":"models pull","key":"model","value":"another's","origin":"file"}`,
		`{"type":"setting","key":"profile","value":"","origin":"` + profileOrigin + `"}`,
		`{"type":"setting","key":"model","value":"` + model + `","origin":"` + origin + `"}`,
	}, more...), "\n")}
}

func (m *machine) lookPath(name string) (string, error) {
	for command := range m.answers {
		if strings.HasPrefix(command, name+" ") {
			return "/usr/bin/" + name, nil
		}
	}
	return "", errors.New("not in PATH")
}

func (m *machine) run(_ context.Context, program string, args ...string) (Output, error) {
	out, ok := m.answers[strings.Join(append([]string{filepath.Base(program)}, args...), " ")]
	if !ok {
		return Output{}, fs.ErrNotExist
	}
	return out, nil
}

// remove removes a program.
func (m *machine) remove(name string) {
	for command := range m.answers {
		if strings.HasPrefix(command, name+" ") || command == name {
			delete(m.answers, command)
		}
	}
}

// judge runs all checks and returns them by name.
func (m *machine) judge(purpose Purpose) (Report, map[string]Check) {
	r := Run(context.Background(), m.Probe, purpose)
	checks := map[string]Check{}
	for _, c := range r.Checks {
		checks[c.Name] = c
	}
	return r, checks
}
