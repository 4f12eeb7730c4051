package preflight

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/health/peer"
	"voiceflow/internal/health/verdict"
)

func TestReady(t *testing.T) {
	r, checks := newMachine(t).judge(Dictation)
	for _, c := range r.Checks {
		if c.Status != verdict.OK || c.Remedy != "" || c.Found == "" {
			t.Errorf("%+v", c)
		}
	}
	if want := "VOICEFLOW OK: ready for dictation, 18 checks"; r.Summary() != want {
		t.Errorf("%q, want %q", r.Summary(), want)
	}
	if got := checks["microphone"].Found; !strings.HasPrefix(got, "Yeti;") {
		t.Errorf("microphone: %q", got)
	}
}

// A remedy that starts with one of commandNames is a command, and must not
// contain prose.
var (
	commandNames = []string{"sudo", "make", "unset", "chmod", "df", "systemctl", "brew", "vf-health", "vf-record", "vf-transcribe", "vf-paste"}
	sentences    = regexp.MustCompile(`, |: |\b(?:or|then|if|see|so that)\b`)
)

// TestWrong breaks one thing of a healthy machine at a time. Only the check for it
// may change.
func TestWrong(t *testing.T) {
	for _, tt := range []struct {
		name, check string
		spoil       func(*testing.T, *machine)
		want        verdict.Status
		found       string
		remedy      string
	}{
		{"two cores", "cores", func(_ *testing.T, m *machine) { m.Cores = func() int { return 2 } }, verdict.Warning, "2 processors (4", "base.en"},
		{"one core", "cores", func(_ *testing.T, m *machine) { m.Cores = func() int { return 1 } }, verdict.Warning, "1 processor (4", "base.en"},
		{"little memory", "memory", func(_ *testing.T, m *machine) { m.Memory = func() (uint64, error) { return 4e9, nil } }, verdict.Warning, "4.0 GB", "q5_1"},
		{"no memory", "memory", func(_ *testing.T, m *machine) { m.Memory = func() (uint64, error) { return 5e8, nil } }, verdict.Critical, "500 MB", "memory"},
		{"unknown memory", "memory", func(_ *testing.T, m *machine) {
			m.Memory = func() (uint64, error) { return 0, errors.New("no /proc") }
		}, verdict.Warning, "no /proc", "8 GB"},
		{"container", "memory", func(t *testing.T, m *machine) { m.file(t, "sys/fs/cgroup/memory.max", "2000000000\n") }, verdict.Warning, "2.0 GB for this container", "base.en"},
		{"little disk", "models disk", modelsFree(3e9), verdict.Warning, "3.0 GB free at", "vf-health clean"},
		{"no disk", "models disk", modelsFree(9e8), verdict.Critical, "less than 1 GB", "du -xh"},
		{"GPU without driver", "gpu", func(t *testing.T, m *machine) { m.cpuWith(t, "0x1002") }, verdict.Warning, "AMD GPU found", "sudo apt-get install mesa-vulkan-drivers"},
		{"NVIDIA without driver", "gpu", func(t *testing.T, m *machine) {
			m.cpuWith(t, "0x10de")
			m.file(t, "etc/os-release", "ID=endeavouros\nID_LIKE=arch\n")
		}, verdict.Warning, "NVIDIA GPU found", "sudo pacman -S nvidia-utils"},
		{"GPU for others", "gpu", func(t *testing.T, m *machine) {
			m.cpuWith(t, "0x8086")
			m.file(t, "dev/dri/renderD128", "")
			m.denied[m.path("dev/dri/renderD128")] = true
		}, verdict.Warning, "renderD128", "-aG render,video"},
		{"no OpenBLAS", "gpu", func(t *testing.T, m *machine) { m.cpuWith(t, "0x1a03") }, verdict.Warning, "without OpenBLAS", "sudo apt-get install libopenblas0-openmp"},
		{"no backend", "gpu", func(_ *testing.T, m *machine) {
			m.answers["vf-transcribe devices --json"] = Output{Code: 10, Stderr: `{"level":"error","message":"no backend in folder x"}` + "\n"}
		}, verdict.Critical, "no backend in folder x", "vf-transcribe devices"},
		{"only the demo", "models", func(_ *testing.T, m *machine) { m.answers["vf-transcribe models list --json"] = Output{} }, verdict.Warning, "only the demo model", pull},
		{"half a model", "models", func(t *testing.T, m *machine) { m.installed(t, 7) }, verdict.Critical, "base.en is incomplete", "models verify base.en"},
		{"model of a profile", "models", func(_ *testing.T, m *machine) { m.settings("large-v3-turbo", "profile", "file") }, verdict.Critical, "large-v3-turbo is configured but not", "pull large-v3-turbo"},
		{"model with fallback", "models", func(_ *testing.T, m *machine) {
			m.settings("large-v3-turbo", "file", "default", `{"type":"setting","key":"fallback-model","value":"demo","origin":"file"}`)
		}, verdict.Warning, "fallback-model is used instead", "pull large-v3-turbo"},
		{"demo configured", "models", func(_ *testing.T, m *machine) { m.settings("demo", "file", "default") }, verdict.Warning, "demo", pull},
		{"model's file gone", "models", func(_ *testing.T, m *machine) { m.settings("/none/a.bin", "environment", "default") }, verdict.Critical, "/none/a.bin", pull},
		{"model's file a folder", "models", func(_ *testing.T, m *machine) { m.settings(m.Root, "file", "default") }, verdict.Critical, "not a model", pull},
		{"program missing", "programs", func(_ *testing.T, m *machine) { delete(m.answers, "vf-vad --version") }, verdict.Critical, "vf-vad is not in /opt/voiceflow", "make install"},
		{"loader missing", "programs", func(t *testing.T, m *machine) {
			delete(m.answers, "vf-vad --version")
			m.file(t, "opt/vf-vad", "")
			m.Programs = m.path("opt")
		}, verdict.Critical, "vf-vad does not run: file does not exist", "make install"},
		{"library missing", "programs", func(_ *testing.T, m *machine) {
			m.answers["vf-vad --version"] = Output{Code: 127, Stderr: "libwhisper.so: cannot open\n"}
		}, verdict.Critical, "libwhisper.so", "make install"},
		{"older program", "programs", func(_ *testing.T, m *machine) {
			m.answers["vf-vad --version"] = Output{Stdout: "vf-vad version 1.1.0"}
		}, verdict.Warning, "vf-health is 1.2.3, but vf-vad is 1.1.0", "make install"},
		{"wrong configuration", "configuration", func(t *testing.T, m *machine) {
			m.file(t, "home/config/config.toml", "")
			for _, p := range peer.Pipeline() {
				m.answers[p+" --config "+m.File+" --settings"] = Output{}
			}
			m.answers["vf-vad --config "+m.File+" --settings"] = Output{Code: 2, Stdout: `{"type":"error","error":"configuration: x: line 1"}`}
		}, verdict.Critical, "vf-vad: configuration: x: line 1", "vf-vad --help"},
		{"wrong variable", "configuration", func(_ *testing.T, m *machine) {
			m.answers["vf-paste --settings"] = Output{Code: 2, Stderr: `{"message":"bad value"}`}
		}, verdict.Critical, "vf-paste: bad value", "vf-health config validate"},
		{"wrong configuration of vf-health", "configuration", func(_ *testing.T, m *machine) {
			m.answers["vf-health --settings"] = Output{Code: 2, Stdout: `{"type":"error","error":"configuration: x: line 1"}`}
		}, verdict.Warning, "vf-health: configuration: x: line 1", "vf-health config validate"},
		{"open configuration", "configuration", func(t *testing.T, m *machine) {
			m.file(t, "home/config/config.toml", "")
			if err := os.Chmod(m.path("home/config/config.toml"), 0o606); err != nil {
				t.Fatal(err)
			}
		}, verdict.Critical, "everybody", "chmod o-w"},
		{"open state", "state folder", func(t *testing.T, m *machine) { m.dir(t, "home/state", 0o777) }, verdict.Critical, "everybody", "chmod o-w"},
		{"state is a file", "state folder", func(_ *testing.T, m *machine) { m.State = filepath.Join(m.Root, "etc/os-release") }, verdict.Critical, "not a folder", "XDG_STATE_HOME"},
		{"read-only state", "state folder", func(_ *testing.T, m *machine) { m.Create = m.readOnly(m.State) }, verdict.Critical, "not writable: read-only", "XDG_STATE_HOME"},
		{"read-only config", "config folder", func(_ *testing.T, m *machine) { m.Create = m.readOnly(m.Config) }, verdict.Warning, "not writable: read-only", "XDG_CONFIG_HOME"},
		{"runtime folder is everybody's", "runtime folder", func(t *testing.T, m *machine) { m.dir(t, "run/user", 0o777|os.ModeSticky) }, verdict.Critical, "not yours alone", "unset XDG_RUNTIME_DIR"},
		{"open runtime folder", "runtime folder", func(t *testing.T, m *machine) { m.dir(t, "run/user", 0o777) }, verdict.Critical, "others", "chmod 700"},
		{"old clock", "clock", func(_ *testing.T, m *machine) { m.Now = func() time.Time { return time.Unix(0, 0) } }, verdict.Critical, "the year 19", "set-ntp"},
		{"unsynchronised clock", "clock", func(_ *testing.T, m *machine) {
			m.answers["timedatectl show --property=NTPSynchronized --value"] = Output{Stdout: "no\n"}
		}, verdict.Warning, "not synchronised", "set-ntp"},
		{"no typing", "typing", func(_ *testing.T, m *machine) { m.methods("xclip") }, verdict.Warning, "only the clipboard (xclip)", "vf-paste methods"},
		{"GNOME on Wayland", "typing", func(_ *testing.T, m *machine) { m.env["WAYLAND_DISPLAY"] = "wayland-0" }, verdict.Warning, "only reaches windows of X11", "install ydotool"},
		{"no clipboard", "clipboard", func(_ *testing.T, m *machine) { m.methods("x11") }, verdict.Warning, "saved to a file", "sudo apt-get install xclip"},
		{"no microphone", "microphone", func(_ *testing.T, m *machine) {
			m.answers["vf-record --list-devices --json"] = Output{Code: 4, Stderr: `{"message":"no such input device"}`}
		}, verdict.Critical, "no such input device", "connect a microphone"},
		{"only monitors", "microphone", func(_ *testing.T, m *machine) {
			m.answers["vf-record --list-devices --json"] = Output{Stdout: `[{"index":0,"name":"speakers.monitor","monitor":true,"default":true}]`}
		}, verdict.Critical, "only monitors", "sound settings"},
		{"no output", "sound output", func(_ *testing.T, m *machine) {
			m.answers["pactl list short sinks"] = Output{Stdout: "0\tauto_null\tx\n"}
		}, verdict.Warning, "none", "loudspeakers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t)
			tt.spoil(t, m)
			r, checks := m.judge(Dictation)
			c := checks[tt.check]
			if c.Status != tt.want || !strings.Contains(c.Found, tt.found) || !strings.Contains(c.Remedy+"; "+c.Advice, tt.remedy) {
				t.Errorf("%+v", c)
			}
			if first, _, _ := strings.Cut(c.Remedy, " "); slices.Contains(commandNames, first) && sentences.MatchString(c.Remedy) {
				t.Errorf("not a command to paste: %q", c.Remedy)
			}
			if want := "VOICEFLOW " + tt.want.String() + ": 1 of 18 checks for dictation: " + tt.check; r.Summary() != want {
				t.Errorf("%q, want %q", r.Summary(), want)
			}
		})
	}
}

// TestConfigurationReportedOnce checks that if a program cannot answer because of
// its configuration, nothing is reported as missing from the machine.
func TestConfigurationReportedOnce(t *testing.T) {
	m := newMachine(t)
	wrong := Output{Code: 2, Stderr: `{"message":"configuration: x: line 1"}`}
	for command := range m.answers {
		if strings.HasPrefix(command, "vf-") && !strings.HasSuffix(command, "--version") {
			m.answers[command] = wrong
		}
	}
	r, checks := m.judge(Dictation)
	if want := "VOICEFLOW CRITICAL: 6 of 18 checks for dictation: configuration, gpu, models, microphone, typing, clipboard"; r.Summary() != want {
		t.Errorf("%q, want %q", r.Summary(), want)
	}
	for name, program := range map[string]string{"gpu": "vf-transcribe", "models": "vf-transcribe", "microphone": "vf-record", "typing": "vf-paste", "clipboard": "vf-paste"} {
		c := checks[name]
		if c.Status != verdict.Warning || c.Found != program+" could not be queried because of its configuration" || c.Remedy != "vf-health config validate" {
			t.Errorf("%+v", c)
		}
	}
}

// TestNamedConfiguration checks that the programs are queried with the
// configuration file that the user names.
func TestNamedConfiguration(t *testing.T) {
	m := newMachine(t)
	m.file(t, "home/config/config.toml", "")
	m.Named = true
	for command, out := range maps.Clone(m.answers) {
		if program, args, _ := strings.Cut(command, " "); strings.HasPrefix(program, "vf-") && args != "--version" {
			delete(m.answers, command)
			m.answers[program+" --config "+m.File+" "+args] = out
		}
	}
	if r, _ := m.judge(Dictation); r.Status != verdict.OK {
		t.Errorf("%+v", r)
	}
}

// TestOneDisk checks that two folders on one disk count as one check.
func TestOneDisk(t *testing.T) {
	m := newMachine(t)
	m.Free = func(string) (Space, error) { return Space{Bytes: 2e9, Disk: 1}, nil }
	r, checks := m.judge(Files)
	if want := "VOICEFLOW WARNING: 1 of 10 checks for files: models disk"; r.Summary() != want {
		t.Errorf("%q, want %q; %+v", r.Summary(), want, checks)
	}
}

// modelsFree returns a function that limits the free space for models.
func modelsFree(bytes uint64) func(*testing.T, *machine) {
	return func(_ *testing.T, m *machine) {
		m.Free = func(folder string) (Space, error) {
			if folder == m.Models {
				return Space{Bytes: bytes, Disk: 1}, nil
			}
			return Space{Bytes: 50e9, Disk: 2}, nil
		}
	}
}

// cpuWith adds a GPU and the graphics of a server console that libwhisper does not
// detect.
func (m *machine) cpuWith(t *testing.T, vendor string) {
	m.answers["vf-transcribe devices --json"] = Output{Stdout: onlyCPU}
	for name, content := range map[string]string{
		"01/class": "0x030000\n", "01/vendor": vendor + "\n", "02/class": "0x030000\n", "02/vendor": "0x1a03\n",
		"03/class": "0x020000\n", "03/vendor": "0x10de\n",
	} {
		m.file(t, "sys/bus/pci/devices/"+name, content)
	}
}

func (m *machine) methods(works ...string) {
	var lines strings.Builder
	for _, name := range works {
		lines.WriteString(`{"type":"method","name":"` + name + `","works":true,"auto":true}` + "\n")
	}
	m.answers["vf-paste methods --json"] = Output{Stdout: lines.String() + stdoutWorks}
}

func (m *machine) readOnly(folder string) func(string) error {
	return func(path string) error {
		if path == folder {
			return &os.PathError{Op: "open", Path: path + "/x", Err: syscall.EROFS}
		}
		return create(path)
	}
}

// TestProcessor checks that a machine without a GPU is ready with OpenBLAS and a
// quantised model.
func TestProcessor(t *testing.T) {
	m := newMachine(t)
	m.answers["vf-transcribe devices --json"] = Output{Stdout: `{"type":"device","name":"CPU","gpu":false,"blas":"OpenBLAS 0.3.34 (Haswell)"}` + "\n"}
	m.settings("large-v3-turbo", "profile", "file")
	m.file(t, "turbo.bin", "weights")
	m.answers["vf-transcribe models list --json"] = Output{Stdout: `{"type":"model","name":"large-v3-turbo"}` + "\n" +
		`{"type":"model","name":"large-v3-turbo-q8_0","installed":true,"path":"` + m.path("turbo.bin") + `"}` + "\n"}
	found := map[string]Check{}
	for _, c := range Run(context.Background(), m.Probe, All).Checks {
		found[c.Name] = c
	}
	if c := found["gpu"]; c.Status != verdict.OK || !strings.Contains(c.Found, "OpenBLAS 0.3.34 (Haswell)") {
		t.Errorf("%+v", c)
	}
	if c := found["models"]; c.Status != verdict.OK || c.Found != "large-v3-turbo, as configured" {
		t.Errorf("%+v", c)
	}
}

// TestHeadless checks that a server without sound and display is ready for files,
// not ready for dictation, and gets only warnings for both together.
func TestHeadless(t *testing.T) {
	spoilt := func() *machine {
		m := newMachine(t)
		m.remove("pactl")
		m.listens = nil
		delete(m.env, "DISPLAY")
		m.methods()
		m.answers["vf-record --list-devices --json"] = Output{Code: 4, Stderr: `{"message":"no such input device"}`}
		return m
	}
	for purpose, want := range map[Purpose]string{
		Files:     "VOICEFLOW OK: ready for files, 11 checks",
		All:       "VOICEFLOW WARNING: 5 of 18 checks for dictation and files: sound server, microphone, sound output, typing, clipboard",
		Dictation: "VOICEFLOW CRITICAL: 5 of 18 checks for dictation: microphone, typing, sound server, sound output, clipboard",
	} {
		if r, _ := spoilt().judge(purpose); r.Summary() != want {
			t.Errorf("%s: %q, want %q", purpose, r.Summary(), want)
		}
	}
}

// TestFilesNeedLittle checks that programs that only dictation needs are not run.
func TestFilesNeedLittle(t *testing.T) {
	m := newMachine(t)
	delete(m.answers, "vf-record --version")
	delete(m.answers, "vf-record --list-devices --json")
	if r, _ := m.judge(Files); r.Status != verdict.OK {
		t.Errorf("%+v", r)
	}
}

// TestNoControlCharacters checks that control characters in the names of devices
// are removed.
func TestNoControlCharacters(t *testing.T) {
	m := newMachine(t)
	m.answers["vf-transcribe devices --json"] = Output{Stdout: `{"type":"device","name":"\u001b[2J","description":"a\nb","gpu":true}`}
	_, checks := m.judge(Files)
	if got := checks["gpu"].Found; got != "[2J (a b)" {
		t.Errorf("%q", got)
	}
}

func TestRunHangs(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := run(ctx, "/bin/sh", "-c", "sleep 60 & sleep 60")
	if err == nil || !strings.Contains(err.Error(), "sh did not respond in time") || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	out, err := run(context.Background(), "/bin/sh", "-c", "echo a; echo b >&2; exit 4")
	if err != nil || out != (Output{Stdout: "a\n", Stderr: "b\n", Code: 4}) {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := run(context.Background(), "/none/program"); !isNotThere(err) {
		t.Errorf("%v", err)
	}
}

func TestManagerOf(t *testing.T) {
	for release, want := range map[string]string{
		"PRETTY_NAME=\"Debian\"\nID=debian\n":            "apt",
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n":      "apt",
		"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n": "dnf",
		"ID=arch":                       "pacman",
		"ID='opensuse-tumbleweed'":      "zypper",
		"ID=nixos":                      "",
		"":                              "",
		"garbage\x00\n==\nID\nID_LIKE=": "",
	} {
		if got := managerOf(release); got != want {
			t.Errorf("%q: %q, want %q", release, got, want)
		}
	}
	for manager, want := range map[string]string{
		"apt": "sudo apt-get install pipewire-pulse", "zypper": "sudo zypper install pipewire-pulseaudio",
		"brew": "install pipewire-pulse", "": "install pipewire-pulse",
	} {
		if got := (distribution{manager}).install("pipewire-pulse"); got != want {
			t.Errorf("%q: %q, want %q", manager, got, want)
		}
	}
}

func TestJudgeClock(t *testing.T) {
	now := time.Date(2026, 11, 25, 4, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		after               time.Time
		synchronised, known bool
		want                verdict.Status
	}{
		{now, true, true, verdict.OK}, {now, false, false, verdict.OK}, {now, false, true, verdict.Warning},
		{now.AddDate(-30, 0, 0), true, true, verdict.Critical}, {now.AddDate(90, 0, 0), true, true, verdict.Critical},
		{now.Add(-time.Hour), true, true, verdict.Critical},
	} {
		if got := judgeClock(now, tt.after, tt.synchronised, tt.known); got.Status != tt.want {
			t.Errorf("%v: %+v", tt, got)
		}
	}
}

// TestMicrophonesDefaultFirst: the default comes first, and a name does without a
// description.
func TestMicrophonesDefaultFirst(t *testing.T) {
	m := newMachine(t)
	m.answers["vf-record --list-devices --json"] = Output{Stdout: `[{"name":"a","monitor":true},{"name":"b"},{"name":"c","description":"C","default":true}]`}
	if _, checks := m.judge(All); !strings.HasPrefix(checks["microphone"].Found, "C, b;") {
		t.Errorf("%q", checks["microphone"].Found)
	}
}

// TestPermission checks the verdict on permission to record.
func TestPermission(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sound sound
		want  verdict.Status
	}{
		{"server", sound{system: "linux", server: "PipeWire", denied: "/dev/snd/pcmC0D0c"}, verdict.OK},
		{"card", sound{system: "linux", nodes: []string{"/dev/snd/pcmC0D0c"}}, verdict.OK},
		{"somebody else's card", sound{system: "linux", nodes: []string{"/dev/snd/pcmC0D0c"}, denied: "/dev/snd/pcmC0D0c"}, verdict.Critical},
		{"card outside", sound{system: "linux", cards: true}, verdict.Warning},
		{"no card", sound{system: "linux"}, verdict.OK},
		{"macOS", sound{system: "darwin"}, verdict.OK},
	} {
		if got := tt.sound.judgePermission(); got.Status != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{"/a/b-c": "/a/b-c", "/a b": "'/a b'", "a'b": `'a'\''b'`, "": "''", "$(x)": "'$(x)'"} {
		if got := quote(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestSystem runs all checks on the real machine.
func TestSystem(t *testing.T) {
	p := System()
	dir := t.TempDir()
	p.Programs, p.Models, p.State, p.Config = dir, dir, filepath.Join(dir, "a/b"), dir
	r := Run(context.Background(), p, All)
	if r.Status != verdict.Critical { // there are no programs
		t.Errorf("%+v", r)
	}
	for _, c := range r.Checks {
		if c.Found == "" || (c.Status == verdict.OK) != (c.Remedy == "") {
			t.Errorf("%+v", c)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v left behind", left, err)
	}
}

// TestRemediesLeaveParentsAlone checks that if a missing folder cannot be created,
// for whatever reason, no remedy touches its parent, which may be "/".
func TestRemediesLeaveParentsAlone(t *testing.T) {
	for name, refusal := range map[string]error{
		"denied": syscall.EACCES, "not permitted": syscall.EPERM, "read-only": syscall.EROFS, "full": syscall.ENOSPC,
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.State, m.Config, m.Models = "/nonexistent/.local/state/voiceflow", "/nonexistent/.config/voiceflow", "/nonexistent/models"
			m.Create = func(folder string) error { return &os.PathError{Op: "open", Path: folder + "/x", Err: refusal} }
			m.Free = func(string) (Space, error) { return Space{Bytes: 1e8}, nil }
			_, checks := m.judge(Files)
			for _, c := range []string{"state folder", "config folder", "models disk", "state disk"} {
				remedy := checks[c].Remedy + " " + checks[c].Advice
				for word := range strings.FieldsSeq(remedy) {
					if strings.HasPrefix(word, "/") && !strings.HasPrefix(word, "/nonexistent/") {
						t.Errorf("%s: %q names %s", c, remedy, word)
					}
				}
				if checks[c].Status == verdict.OK || checks[c].Remedy == "" || strings.Contains(remedy, "chown") {
					t.Errorf("%+v", checks[c])
				}
			}
		})
	}
}
