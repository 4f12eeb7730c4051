package setup

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestGo: scripts/go.sh leaves a suitable Go alone and installs one otherwise.
func TestGo(t *testing.T) {
	const (
		unchanged      = ""
		localToolchain = "export GOTOOLCHAIN=local"
		staged         = ".native/go/usr/lib/go-1.26/bin"
		download       = "export GOTOOLCHAIN=go1.26.0"
	)
	goVersion := func(v string) string { return "go version " + v + " linux/amd64" }
	for _, test := range []struct {
		name    string
		go_     string // the script; empty: no go command
		debian  bool
		env     string
		want    string // what .native/go.env contains
		version string // what go reports as its version afterwards
	}{
		{"new enough", fakeGo(goVersion("go1.26.8"), "auto", false), true, "", unchanged, "go1.26.8"},
		{"just new enough", fakeGo(goVersion("go1.26.0"), "local", false), false, "", unchanged, "go1.26.0"},
		{"next release's candidate", fakeGo(goVersion("go1.27rc1"), "local", false), true, "", unchanged, "go1.27rc1"},
		{"two digits", fakeGo(goVersion("go1.100.1"), "local", false), true, "", unchanged, "go1.100.1"},
		{"development", fakeGo(goVersion("devel go1.28-0c1ee5a Mon Nov 2"), "local", false), true, "", unchanged, "devel go1.28-0c1ee5a Mon Nov 2"},
		{"experiments", fakeGo("go version go1.26.3 X:nodwarf5 linux/amd64", "local", false), true, "", unchanged, "go1.26.3 X:nodwarf5"},
		{"candidate", fakeGo(goVersion("go1.26rc2"), "local", false), true, "", staged, "go1.26.10"},
		{"none", "", true, "", staged, "go1.26.10"},
		{"Debian 12's", fakeGo(goVersion("go1.19.8"), "", false), true, "", staged, "go1.26.10"},
		{"Debian 12's, quoted flags", fakeGo(goVersion("go1.19.8"), "", false), true, `GOFLAGS=-tags=netgo "-ldflags=-extldflags '-Wl,-rpath,/x'"`, staged, "go1.26.10"},
		{"another Go's GOROOT", fakeGo(goVersion("go1.19.8"), "", false), true, "GOROOT=/usr/lib/go-1.19", staged, "go1.26.10"},
		{"gccgo", fakeGo("go version go1.18 gccgo (Debian 12.2.0-14) 12.2.0 linux/amd64", "", false), true, "", staged, "go1.26.10"},
		{"another program", "echo 'usage: go [black|white]'; exit 2", true, "", staged, "go1.26.10"},
		{"local", fakeGo(goVersion("go1.24.4"), "local", true), true, "", staged, "go1.26.10"},
		{"local through the environment", fakeGo(goVersion("go1.24.4"), "auto", true), true, "GOTOOLCHAIN=local", staged, "go1.26.10"},
		{"downloads", fakeGo(goVersion("go1.24.4"), "auto", true), true, "", unchanged, "go1.26.0"},
		{"cannot download", fakeGo(goVersion("go1.24.4"), "auto", false), true, "", staged, "go1.26.10"},
		{"local, not on Debian", fakeGo(goVersion("go1.24.4"), "local", true), false, "", download, "go1.26.0"},
		{"new, but set to an old toolchain", fakeGo(goVersion("go1.26.8"), "auto", true), false, "GOTOOLCHAIN=go1.24.1", localToolchain, "go1.26.8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			if test.go_ != "" {
				m.fake(t, "go", test.go_)
			}
			if test.debian {
				m.debian(t)
			}
			if test.env != "" {
				m.env = append(m.env, test.env)
			}
			out, err := m.run("scripts/go.sh")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got := m.goEnv(); !strings.Contains(got, test.want) || (test.want == unchanged) != (got == "") {
				t.Errorf("go.env is %q", got)
			}
			if test.want == unchanged && test.name != "downloads" && out != "" {
				t.Errorf("unexpected output although Go is suitable: %s", out)
			}
			version, err := m.run("sh", "-eu", "-c", "[ ! -f .native/go.env ] || . .native/go.env; GOFLAGS= go version")
			if err != nil || !strings.HasPrefix(version, "go version "+test.version+" ") {
				t.Errorf("go version printed %q, %v", version, err)
			}
			// A second run has nothing to do and does not need apt.
			m.fake(t, "apt-get", "exit 1")
			if again, err := m.run("scripts/go.sh"); err != nil || again != "" && test.name != "downloads" {
				t.Errorf("the second run: %v\n%s", err, again)
			}
		})
	}
}

// TestGoSteps: each step is printed with its size and duration.
func TestGoSteps(t *testing.T) {
	m := newMachine(t)
	m.debian(t)
	m.env = append(m.env, "STEP=2/4")
	out, err := m.run("scripts/go.sh")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	inOrder(t, out,
		"voiceflow: [2/4] Go: not on PATH; Go 1.26.0 is needed\n",
		"voiceflow: [2/4] Go: fetching the package list of Debian ", " MB)\n",
		"voiceflow: [2/4] Go: fetching Debian's packages (43.7 MB)\n",
		"voiceflow: [2/4] Go: unpacking into .native/go, without touching the system\n",
		"voiceflow: [2/4] Go: Go 1.26.10 is ready (", " MB) (", " s)\n")
}

// TestGoElsewhere: a Go in one of the usual places saves the download.
func TestGoElsewhere(t *testing.T) {
	m := newMachine(t)
	m.debian(t)
	m.write(t, "other/bin/go", "#!/bin/sh\n"+fakeGo("go version go1.26.4 linux/amd64", "auto", false), 0o755)
	m.env = append(m.env, "GO_PLACES="+filepath.Join(m.checkout, "other/*/go"))
	if out, err := m.run("scripts/go.sh"); err != nil || !strings.Contains(m.goEnv(), "/other/bin") {
		t.Errorf("%v\n%s%s", err, out, m.goEnv())
	}
	if m.aptCalled() {
		t.Error("apt was called")
	}
}

// TestGoUnavailable: a failure names the step, the reason, the log and the remedy.
func TestGoUnavailable(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(*testing.T, *machine)
		want    []string
	}{
		{"no apt", func(*testing.T, *machine) {},
			[]string{"Go failed: ", "does not have apt", "the log is .native/go.log", "install Go 1.26.0 or newer (https://go.dev/dl), then run make again"}},
		{"no network", func(t *testing.T, m *machine) { m.debian(t); m.noNetwork(t) },
			[]string{"Go failed: the package list could not be fetched: Failed to fetch http://mirror.test/x  Temporary failure resolving 'mirror.test'; the log is .native/go.log; check the network and apt's proxy"}},
		{"disk full", func(t *testing.T, m *machine) { m.debian(t); m.fake(t, "dpkg-deb", "exit 2") },
			[]string{"Go failed: golang-1.26-go.deb could not be unpacked; the log is .native/go.log; check that the disk has space"}},
		{"Debian too old", func(t *testing.T, m *machine) {
			m.debian(t)
			m.write(t, "go.mod", "module x\n\ngo 1.40.0\n", 0o644)
		}, []string{"Go failed: Debian ", " has no Go 1.40.0", "install Go 1.40.0"}},
		{"no download either", func(t *testing.T, m *machine) {
			m.fake(t, "go", fakeGo("go version go1.24.4 linux/amd64", "local", false))
		}, []string{"does not have apt", "Go failed: ", "could not fetch Go 1.26.0; the log is .native/go.log; check GOPROXY and the network"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			m.env = append(m.env, "STEP=2/4")
			test.prepare(t, m)
			out, err := m.run("scripts/go.sh")
			if err == nil {
				t.Errorf("it succeeded: %s", out)
			}
			inOrder(t, out, append([]string{"voiceflow: [2/4] "}, test.want...)...)
			if m.goEnv() != "" {
				t.Error(m.goEnv())
			}
		})
	}
}

// inOrder checks that the text contains the parts in order.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("%q is missing or out of order in:\n%s", part, text)
			return
		}
		rest = after
	}
}
