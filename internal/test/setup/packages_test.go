package setup

import (
	"path/filepath"
	"strings"
	"testing"
)

// bareDebian is a Debian without any of the packages, on which the user is root. It has no
// package lists until the first update.
func bareDebian(t *testing.T) *machine {
	t.Helper()
	m := newMachine(t)
	m.fake(t, "id", "echo 0")
	m.fake(t, "dpkg-query", "exit 1")
	m.fake(t, "apt-get", `echo "$*" >>apt.calls
case "$*" in
*update*) : >lists ;;
*) [ -e lists ] || { echo "E: Unable to locate package" >&2; exit 100; } ;;
esac
case "$*" in *--assume-no*) echo "Need to get 53.2 MB/54.8 MB of archives." ;; esac
`)
	return m
}

// TestPackages: changes to the system are announced with their size, and include a compiler.
func TestPackages(t *testing.T) {
	m := bareDebian(t)
	m.env = append(m.env, "STEP=1/4")
	out, err := m.run("scripts/system-packages.sh", "build")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	inOrder(t, out,
		"voiceflow: [1/4] system packages: needed from apt, for the whole system: pkg-config portaudio19-dev libsoxr-dev gcc",
		"voiceflow: [1/4] system packages: refreshing apt's package lists\n",
		"voiceflow: [1/4] system packages: installing them (53.2 MB/54.8 MB)\n",
		"voiceflow: [1/4] system packages: installed (", " s)\n")
	inOrder(t, readFile(t, filepath.Join(m.checkout, "apt.calls")),
		"install --assume-no", "update", "install -y --no-install-recommends pkg-config portaudio19-dev libsoxr-dev gcc")
}

// TestOwnCompiler: an existing compiler is used, whatever package it is from.
func TestOwnCompiler(t *testing.T) {
	for _, cc := range []string{"gcc", "clang -O1"} {
		m := bareDebian(t)
		name, _, _ := strings.Cut(cc, " ")
		m.fake(t, name, "")
		m.env = append(m.env, "CC="+cc)
		out, err := m.run("scripts/system-packages.sh", "build")
		if err != nil || strings.Contains(out, " gcc") {
			t.Errorf("CC=%q: %v\n%s", cc, err, out)
		}
	}
}

// TestPackagesFail: a failure names the step, the reason, the log and the remedy.
func TestPackagesFail(t *testing.T) {
	for _, test := range []struct {
		name, message, remedy string
	}{
		{"no network", "E: Failed to fetch http://mirror.test/x  Could not connect to mirror.test:80", "check the network and apt's proxy"},
		{"locked", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)", "wait until the other apt or dpkg has finished"},
		{"full", "E: You don't have enough free space in /var/cache/apt/archives/.", "free some disk space"},
		{"clock", "E: Release file for http://mirror.test/InRelease is not valid yet", "check this machine's clock"},
		{"other", "E: Sub-process /usr/bin/dpkg returned an error code (1)", "read the log, fix the cause"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := bareDebian(t)
			m.fake(t, "apt-get", "echo \""+test.message+"\"; echo 'E: a later one'; exit 100")
			out, err := m.run("scripts/system-packages.sh", "build")
			if err == nil {
				t.Errorf("it succeeded: %s", out)
			}
			inOrder(t, out, "voiceflow: system packages failed: apt could not install pkg-config",
				": "+strings.TrimPrefix(test.message, "E: "), "; the log is .native/packages.log; ", test.remedy, ", then run make again\n")
		})
	}
}

// TestPackagesNeedRoot: without root nothing is changed, and the command to run is printed.
func TestPackagesNeedRoot(t *testing.T) {
	for sudo, want := range map[string]string{"": "again: apt-get install pkg-config ", "exit 1": "again: sudo apt-get install pkg-config "} {
		m := bareDebian(t)
		m.fake(t, "id", "echo 1000")
		if sudo != "" {
			m.fake(t, "sudo", sudo)
		}
		out, err := m.run("scripts/system-packages.sh", "build")
		if err == nil {
			t.Error("it succeeded")
		}
		inOrder(t, out, "voiceflow: system packages are missing; ", want)
		if m.aptCalled() {
			t.Error("apt was called")
		}
	}
}

// TestLibrariesFail: the same for libwhisper's packages.
func TestLibrariesFail(t *testing.T) {
	m := newMachine(t)
	m.debian(t)
	m.noNetwork(t)
	m.env = append(m.env, "STEP=3/4")
	out, err := m.run("scripts/native-libs.sh")
	if err == nil {
		t.Error("it succeeded")
	}
	inOrder(t, out, "voiceflow: [3/4] libwhisper failed: the package list could not be fetched: Failed to fetch ",
		"; the log is .native/native-libs.log; check the network and apt's proxy, then run make again\n")
}

// TestMirror: the mirror is the one that apt uses, whatever the sources call the suite, and
// even if apt has no package lists yet.
func TestMirror(t *testing.T) {
	for _, test := range []struct{ name, targets, uris, want string }{
		{"lists", "main x-security http://s.test/debian-security Debian-Security\nmain x http://m.test/debian Debian\nmain x-backports http://b.test/debian Debian Backports", "", "http://m.test/debian"},
		{"others first", "main nodistro https://node.test/node_20.x . nodistro\nmain stable http://m.test/debian Debian", "", "http://m.test/debian"},
		{"a disc first", "main x cdrom://[Debian]/ Debian\nmain x http://m.test/debian Debian", "", "http://m.test/debian"},
		{"not Debian", "main noble http://archive.test/ubuntu Ubuntu", "", ""},
		{"no lists", "", "'http://n.test/dists/nodistro/InRelease' n 0\n'cdrom:[x]/dists/stable/InRelease' c 0\n'http://m.test/debian/dists/stable/InRelease' m 0\n'http://m.test/debian/dists/stable/main/binary-amd64/Packages.xz' p 0", "http://m.test/debian"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			if test.uris != "" && !strings.Contains("\n"+readFile(t, "/etc/os-release"), "\nID=debian\n") {
				t.Skip("not Debian: without package lists, debian_mirror does not query apt here")
			}
			m.write(t, "targets", test.targets+"\n", 0o644)
			m.write(t, "uris", test.uris+"\n", 0o644)
			m.fake(t, "apt-get", `case $1 in indextargets) cat targets ;; update) cat uris ;; esac`)
			out, err := m.run("sh", "-eu", "-c", ". scripts/debian.sh; debian_mirror")
			if err != nil || strings.TrimSpace(out) != test.want {
				t.Errorf("%q, %v", out, err)
			}
		})
	}
}
