package setup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a checkout that contains only the scripts, on a machine whose PATH contains the
// common tools and whatever fakes a test adds.
type machine struct {
	checkout string
	bin      string
	env      []string
}

// tools are what the scripts may expect on any Debian.
var tools = []string{"sh", "awk", "sed", "grep", "sort", "tr", "date", "mkdir", "rm", "mv", "cat", "cp", "ln", "cksum", "find", "dirname", "basename", "du", "tail", "wc", "ls", "env", "tee"}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{checkout: t.TempDir(), bin: t.TempDir()}
	m.env = []string{"PATH=" + m.bin, "HOME=" + t.TempDir(), "GO_PLACES="}
	for _, tool := range tools {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(m.bin, tool)); err != nil {
			t.Fatal(err)
		}
	}
	scripts, err := filepath.Glob("../../../scripts/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	for _, path := range append(scripts, "../../../go.mod") {
		m.write(t, strings.TrimPrefix(path, "../../../"), readFile(t, path), 0o755)
	}
	return m
}

// write writes a file of the checkout.
func (m *machine) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(m.checkout, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// fake puts a shell script on the machine's PATH.
func (m *machine) fake(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run runs a command in the checkout and returns everything it printed.
func (m *machine) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = m.checkout, m.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// goEnv returns the content of .native/go.env, or "" if it does not exist.
func (m *machine) goEnv() string {
	text, _ := os.ReadFile(filepath.Join(m.checkout, ".native/go.env"))
	return string(text)
}

// aptCalled reports whether apt was called.
func (m *machine) aptCalled() bool {
	_, err := os.Stat(filepath.Join(m.checkout, "apt.calls"))
	return err == nil
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fakeGo returns a fake go command: the version it prints, its configured GOTOOLCHAIN, and
// whether it can download another toolchain.
func fakeGo(version, toolchain string, downloads bool) string {
	download := "echo 'go: download: toolchain not available' >&2; exit 1"
	if downloads {
		download = "version='go version go1.26.0 linux/amd64'"
	}
	return strings.NewReplacer("@version@", version, "@setting@", toolchain, "@download@", download).Replace(`
version='@version@' setting=${GOTOOLCHAIN:-@setting@}
case ${GOFLAGS:-} in *'"'*) echo 'go: parsing $GOFLAGS: non-flag' >&2; exit 1 ;; esac
case $1 in
version)
	case $version:$setting in
	*go1.1?.*) ;; # has no toolchain switching
	*go1.2[1-5].*:auto) [ ! -f go.mod ] || { @download@; } ;;
	*go1.2[1-5].*:go1.26*) @download@ ;;
	*:go1.2[1-5]*) version="go version $setting linux/amd64" ;;
	esac
	echo "$version" ;;
env)
	shift
	for name; do
		case $name in GOTOOLCHAIN) echo "$setting" ;; GOMODCACHE) echo "$HOME/mod" ;; GOOS) echo linux ;; GOARCH) echo amd64 ;; esac
	done ;;
esac
`)
}

// debian adds a fake apt with packages of Go 1.25, 1.26 and 1.27. It logs its calls in
// apt.calls in the checkout.
func (m *machine) debian(t *testing.T) {
	t.Helper()
	m.write(t, "staged-go", "#!/bin/sh\n"+fakeGo("go version go1.26.10 linux/amd64", "auto", false), 0o755)
	m.fake(t, "apt-get", `echo "$*" >>apt.calls
for arg; do case $arg in Dir::Cache::archives=*) cache=${arg#*=} ;; esac; done
case "$*" in
*indextargets*) echo "main bookworm http://mirror.test/debian Debian" ;;
*--assume-no*) echo "Need to get 43.7 MB of archives." ;;
*--download-only*) for package; do :; done; echo "dlstatus:1:50.0:Retrieving"; : >"$cache/$package.deb" ;;
esac
`)
	m.fake(t, "apt-cache", `case "$*" in
*pkgnames*) printf '%s\n' golang-1.27-go golang-1.25-go golang-1.26-doc golang-1.26-go golang-1.26 ;;
*1.25*) echo "Version: 1.25.9-1" ;;
*1.26*) echo "Version: 1.26.10-1" ;;
*1.27*) echo "Version: 1.27~rc1-1" ;;
esac
`)
	m.fake(t, "dpkg-deb", `mkdir -p "$3/usr/lib/go-1.26/bin" && cp staged-go "$3/usr/lib/go-1.26/bin/go"`)
}

// noNetwork makes all of apt's downloads fail.
func (m *machine) noNetwork(t *testing.T) {
	t.Helper()
	m.fake(t, "apt-get", `echo "$*" >>apt.calls
case "$*" in
*indextargets*) echo "main bookworm http://mirror.test/debian Debian" ;;
*--assume-no*) echo "Need to get 43.7 MB of archives." ;;
*) echo "E: Failed to fetch http://mirror.test/x  Temporary failure resolving 'mirror.test'"; echo "E: Some files failed"; exit 100 ;;
esac
`)
}
