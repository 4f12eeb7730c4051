package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/machine"
	"voiceflow/internal/test/sway"
)

// userDesktop is a compositor or window manager of a user with a fresh home, and one
// terminal that writes what is typed to a file.
type userDesktop struct {
	t    *testing.T
	dir  string
	home string
	env  []string
	user *syscall.Credential
	// keys presses keys, such as "super+z", or "hold super+x", for a second.
	keys func(keys string)
}

// pressRecorder stands in for the microphone: it notes what it is told to do, and a recording
// of the real vf-record begins with each --toggle and --start.
const pressRecorder = `#!/bin/sh
echo "$*" >>"$LOG"
case " $* " in
*" --stop "* | *" --cancel "* | *" --armed "*) ;;
*" --status "*) echo off ;;
*" --list-devices "*) printf 'NUMBER  NAME\n3       Desk mic\n' ;;
*" --check "*) echo "Good level." ;;
*) exec "$REAL/vf-record" --input "$RECORDING" ;;
esac
`

// typed is what a dictation of the recording types.
const typed = said + " "

// newUserDesktop makes a home with VoiceFlow in ~/.local.
func newUserDesktop(t *testing.T) *userDesktop {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "vf-desktop-") // short, because of the sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &userDesktop{t: t, dir: dir, home: filepath.Join(dir, "home")}
	local := filepath.Join(dir, "local")
	real := plain(t)
	for _, name := range []string{"vf-vad", "vf-transcribe", "vf-paste"} {
		d.link(filepath.Join(real, name), filepath.Join(local, "bin", name))
	}
	d.link(filepath.Join(root, "contrib/voiceflow-dictate"), filepath.Join(local, "bin/voiceflow-dictate"))
	d.link(filepath.Join(root, "contrib"), filepath.Join(local, "share/voiceflow/contrib"))
	d.executable("local/bin/vf-record", pressRecorder)
	for _, name := range []string{"run", "state", "home"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.env = []string{"PATH=" + local + "/bin:/usr/bin:/bin", "HOME=" + d.home, "LANG=C.UTF-8", "XDG_RUNTIME_DIR=" + dir + "/run",
		"LOG=" + dir + "/log", "REAL=" + real, "RECORDING=" + recording("sentence-01"), "VOICEFLOW_RECORD=vf-record"}
	return d
}

func (d *userDesktop) link(to, name string) {
	d.t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err = errors.Join(err, os.Symlink(to, name)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *userDesktop) executable(name, script string) {
	d.t.Helper()
	write(d.t, filepath.Join(d.dir, name), script)
	if err := os.Chmod(filepath.Join(d.dir, name), 0o755); err != nil {
		d.t.Fatal(err)
	}
}

// chown gives the home to the desktop's user.
func (d *userDesktop) chown() {
	d.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	d.user = &syscall.Credential{Uid: sway.Nobody, Gid: sway.Nobody}
	err := filepath.WalkDir(d.dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, sway.Nobody, sway.Nobody))
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *userDesktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = d.dir, slices.Clone(d.env)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: d.user}
	return cmd
}

// run runs a program and returns what it printed.
func (d *userDesktop) run(name string, args ...string) string {
	d.t.Helper()
	out, err := d.command(name, args...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// start runs a program until the test ends. What the desktop starts has its own folder
// of state, so that dictations leave nothing in the home.
func (d *userDesktop) start(name string, args ...string) {
	d.t.Helper()
	cmd := d.command(name, args...)
	cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+d.dir+"/state")
	log, err := os.Create(filepath.Join(d.dir, name+".log"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		machine.Lacks(d.t, name, fmt.Errorf("%w; make test installs it", err))
	}
	d.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if d.t.Failed() {
			text, _ := os.ReadFile(log.Name())
			d.t.Logf("%s: %s", name, text)
		}
	})
}

// terminal waits for the terminal to have the focus.
func (d *userDesktop) terminal(focused func() bool) {
	d.t.Helper()
	await.True(d.t, "the terminal", func() bool {
		_, err := os.Stat(filepath.Join(d.dir, "ready"))
		return err == nil && focused()
	})
}

// writesTyped is the command of the terminal.
const writesTyped = "stty raw -echo; : >ready; exec cat >typed"

func (d *userDesktop) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(d.dir, name))
	return string(text)
}

// wants waits until a file has a text at its end.
func (d *userDesktop) wants(name, text string) {
	d.t.Helper()
	await.Nil(d.t, func() error {
		if got := d.read(name); !strings.HasSuffix(got, text) {
			return fmt.Errorf("%s has %q, want %q at its end", name, got, text)
		}
		return nil
	})
}

// tree returns the content and mode of everything in the home.
func (d *userDesktop) tree() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text := []byte(nil)
		if !entry.IsDir() {
			text, err = os.ReadFile(path)
		}
		all[path] = fmt.Sprintf("%v %q", info.Mode(), text)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}
