package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// groupFolder creates a control group and returns a descriptor of it, or skips the test.
func groupFolder(t *testing.T) int {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		if fields[2] != "cgroup2" {
			continue
		}
		folder, err := os.MkdirTemp(fields[1], "voiceflow-test-")
		if err != nil {
			t.Skip("no control group of version 2 can be created: ", err)
		}
		fd, err := unix.Open(folder, unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = unix.Close(fd)
			removeGroups(t, folder)
		})
		return fd
	}
	t.Skip("there are no control groups of version 2")
	return -1
}

// removeGroups removes a control group and those in it once their processes have ended.
func removeGroups(t *testing.T, folder string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var groups []string
		_ = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				groups = append(groups, path)
			}
			return nil
		})
		for i := len(groups) - 1; i >= 0; i-- {
			_ = os.Remove(groups[i])
		}
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("the control group %s still has processes", folder)
			return
		}
	}
}

// unitPrograms returns a folder laid out like a checkout, with the programs and
// voiceflow-dictate, and one with their units.
func unitPrograms(t *testing.T) (programs, units string) {
	t.Helper()
	programs, units = filepath.Join(t.TempDir(), "vf"), filepath.Join(t.TempDir(), "units")
	for _, folder := range []string{programs, units} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for part, to := range map[string]string{
		bin: "bin", filepath.Join(root, "contrib/voiceflow-dictate"): "bin/voiceflow-dictate",
		filepath.Join(root, "contrib"): "share/voiceflow/contrib", filepath.Join(root, "testdata"): "testdata",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(programs, to)), 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("cp", "-RLT", part, filepath.Join(programs, to)).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	for _, name := range []string{"check.service", "clean.service", "transcribe.service", "transcribe.socket", "dictate.service"} {
		text := strings.ReplaceAll(contrib(t, "systemd/voiceflow-"+name), bin, "/run/vf/bin")
		text = strings.Replace(text, "[Service]\n", "[Service]\nEnvironment=VOICEFLOW_PASTE_METHOD=stdout\nStandardError=append:/run/home/errors\nStandardOutput=append:/run/home/errors\n", 1)
		write(t, filepath.Join(units, "voiceflow-"+name), text)
	}
	return programs, units
}

// underUserManager runs a command of the shell next to a user manager that knows the
// units of contrib.
func underUserManager(t *testing.T, command string) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can start a user manager in namespaces of its own")
	}
	if _, err := os.Stat("/lib/systemd/systemd"); err != nil {
		t.Skip("systemd is not installed")
	}
	programs, units := unitPrograms(t)
	write(t, filepath.Join(units+".config", "config.toml"), "[health]\nrealtime = false\n")
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "internal/test/e2e/testdata/user-manager.sh"),
		programs, units, command)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWCGROUP,
		UseCgroupFD: true, CgroupFD: groupFolder(t),
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		t.Errorf("%v: %s", err, out.String())
	}
	return out.String()
}

// limits prints what Linux has been told about the main process of a unit.
const limits = `sed -n '/^\(CapBnd\|NoNewPrivs\|Seccomp\):/p' /proc/$pid/status`

// TestUnitServer: the hardened server answers the first request on its socket, decodes,
// and can neither gain capabilities nor write outside its folders.
func TestUnitServer(t *testing.T) {
	out := underUserManager(t, `set -e
systemctl --user start voiceflow-transcribe.socket
vf-transcribe --connect -f text `+recording("sentence-01")+`
pid=$(systemctl --user show -p MainPID --value voiceflow-transcribe.service)
`+limits+`
findmnt -N $pid -no OPTIONS -T /usr | sed 's/,.*//; s/^/usr: /'
`)
	for _, want := range []string{
		"my brother will call you tomorrow morning", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "usr: ro",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if strings.Contains(out, "decodes here") || strings.Contains(out, "no server") {
		t.Errorf("the server did not decode: %s", out)
	}
}

// TestUnitClean: vf-health clean removes old logs and finds leftovers in /tmp.
func TestUnitClean(t *testing.T) {
	out := underUserManager(t, `set -e
mkdir -p $HOME/.local/state/voiceflow/log
for i in 1 2; do f=$HOME/.local/state/voiceflow/log/vf-vad.log.$i; echo "{}" >$f; touch -d "2 years ago" $f; done
systemctl --user start voiceflow-clean.service
systemctl --user show -p Result voiceflow-clean.service
ls -R $HOME/.local/state/voiceflow
`)
	if !strings.Contains(out, "Result=success") || strings.Contains(out, "vf-vad.log.") {
		t.Error(out)
	}
}

// TestUnitCheck: vf-health check replays recordings, with ffmpeg confined as usual.
func TestUnitCheck(t *testing.T) {
	out := underUserManager(t, `
systemctl --user start voiceflow-check.service
systemctl --user show -p ExecMainStatus voiceflow-check.service
cat $HOME/errors
`)
	if !strings.Contains(out, "ExecMainStatus=0") && !strings.Contains(out, "ExecMainStatus=1") {
		t.Error(out)
	}
}

// TestUnitDictate: the dictation reaches the user's sound server, arms, records and stops.
func TestUnitDictate(t *testing.T) {
	if _, err := exec.LookPath("pulseaudio"); err != nil {
		t.Skip("pulseaudio is not installed")
	}
	out := underUserManager(t, `
sed -i '/graphical-session/d' $HOME/.config/systemd/user/voiceflow-dictate.service
systemctl --user daemon-reload
systemctl --user start voiceflow-dictate.service
wait_for() {
	tries=300
	until [ "$(vf-record --status)" = "$1" ]; do
		[ $((tries -= 1)) -gt 0 ] || { echo "never $1: $(vf-record --status)"; systemctl --user status voiceflow-dictate.service; exit 1; }
		sleep 0.1
	done
}
wait_for armed
vf-record --toggle >/dev/null
wait_for recording
vf-record --toggle >/dev/null
wait_for armed
pid=$(systemctl --user show -p MainPID --value voiceflow-dictate.service)
`+limits+`
systemctl --user stop voiceflow-dictate.service
systemctl --user show -p Result voiceflow-dictate.service
`)
	for _, want := range []string{"Result=success", "CapBnd:\t0000000000000000", "Seccomp:\t2"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}
