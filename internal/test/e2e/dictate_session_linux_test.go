package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// dictating is a session with a microphone, a window, a server that keeps the model and
// voiceflow-dictate serve.
type dictating struct {
	t        testing.TB
	sound    *server
	env      []string
	programs string
	file     string // what is typed into the window
	serve    *exec.Cmd
}

// startDictating starts the services with programs from a folder, and returns when the
// recorder waits for a press.
func startDictating(t testing.TB, programs, window string, options ...string) *dictating {
	t.Helper()
	d := &dictating{t: t, sound: startServer(t, exact), programs: programs}
	d.env = slices.Clone(d.sound.env)
	if window == "foot" {
		s := startFoot(t)
		// The socket of Wayland is not in the runtime folder of the sound server.
		d.env = append(d.env, "WAYLAND_DISPLAY="+filepath.Join(s.dir, "wayland-1"), "DISPLAY=")
		d.file = s.file
	} else {
		x := startDesktop(t, writesDown)
		d.env = append(d.env, "DISPLAY="+x.display, "WAYLAND_DISPLAY=", "LC_ALL=C.UTF-8")
		d.file = x.file
	}
	d.env = append(d.env, "PATH="+programs+":"+os.Getenv("PATH"), "TMUX=", "STY=", "DBUS_SESSION_BUS_ADDRESS=",
		"VOICEFLOW_STANDBY=open", "VOICEFLOW_RECORD=vf-record --output-format jsonl")
	d.serve = d.dictate("serve", options...)
	for _, service := range []*exec.Cmd{d.command("vf-transcribe", "--listen", "--preload"), d.serve} {
		if err := service.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = syscall.Kill(-service.Process.Pid, syscall.SIGKILL)
			_ = service.Wait()
		})
	}
	d.awaitState("armed")
	return d
}

// command returns one of the programs.
func (d *dictating) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(d.programs, name), args...)
	cmd.Env, cmd.SysProcAttr = d.env, &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// dictate returns what a key runs.
func (d *dictating) dictate(verb string, options ...string) *exec.Cmd {
	cmd := d.command("", append([]string{verb}, options...)...)
	cmd.Path = filepath.Join(root, "contrib/voiceflow-dictate")
	cmd.Args[0] = cmd.Path
	return cmd
}

// press runs what a key runs, and waits for its end.
func (d *dictating) press(verb string) {
	d.t.Helper()
	if out, err := d.dictate(verb).CombinedOutput(); err != nil {
		d.t.Fatalf("%s: %v: %s", verb, err, out)
	}
}

func (d *dictating) awaitState(want string) {
	d.t.Helper()
	await.Nil(d.t, func() error {
		out, err := d.command("vf-record", "--status").Output()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			return fmt.Errorf("the recorder is %s, not %s: %v", got, want, err)
		}
		return nil
	})
}

// speak plays a recording into the microphone.
func (d *dictating) speak(name string) *exec.Cmd {
	d.t.Helper()
	play := exec.Command("paplay", "-d", "vf", recording(name))
	play.Env = d.env
	if err := play.Start(); err != nil {
		d.t.Fatal(err)
	}
	return play
}

func (d *dictating) typed() string {
	text, _ := os.ReadFile(d.file)
	return string(text)
}

// TestDictateCancel dictates with one pipeline for all dictations, cancels at random
// moments, and dictates again: nothing of a cancelled dictation is typed after the cancel,
// and what comes next is whole.
func TestDictateCancel(t *testing.T) {
	t.Parallel()
	d := startDictating(t, filepath.Dir(mustLook(t, "vf-record")), "xterm")
	say := func() {
		before := d.typed()
		d.press("start")
		d.awaitState("recording")
		if err := d.speak("sentence-01").Wait(); err != nil {
			t.Fatal(err)
		}
		d.press("stop")
		await.Nil(t, func() error {
			if got := d.typed(); got != before+typed {
				return fmt.Errorf("typed %q after %q", got, before)
			}
			return nil
		})
	}
	say()
	random := rand.New(rand.NewPCG(1, 1))
	for range 8 {
		d.press("start")
		d.awaitState("recording")
		play := d.speak("sentence-01")
		select { // anywhere from the first word to the time when the text is being typed
		case <-time.After(time.Duration(random.IntN(3000)) * time.Millisecond):
		case <-t.Context().Done():
		}
		if random.IntN(2) == 0 {
			d.press("stop")
		}
		d.press("cancel")
		d.awaitState("armed")
		time.Sleep(300 * time.Millisecond) // for keys that the X server had already
		now := d.typed()
		_ = play.Wait()
		if later := d.typed(); later != now {
			t.Errorf("typed after the cancel: %q", strings.TrimPrefix(later, now))
		}
	}
	// A dictation begins a second before the press; this is no longer the sentence.
	if err := <-d.sound.play(make([]int16, 3*second/2), 1); err != nil {
		t.Fatal(err)
	}
	before := d.typed()
	say() // by now, anything that was on its way has arrived
	if after := d.typed(); after != before+typed {
		t.Errorf("typed %q after %q", after, before)
	}
	if err := d.serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := d.serve.Wait(); err != nil {
		t.Errorf("serve: %v", err)
	}
	if out, _ := d.command("vf-record", "--status").Output(); strings.TrimSpace(string(out)) != "off" {
		t.Errorf("the recorder is still %s", out)
	}
}

// mustLook returns the path of a program.
func mustLook(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
