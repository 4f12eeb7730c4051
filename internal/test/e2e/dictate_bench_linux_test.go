package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// BenchmarkPressToText dictates by hot key, with voiceflow-dictate serve and a server, and
// measures the time from the press that ends a dictation, right after its last word, to
// the text in the window:
//
//	go test -run '^$' -bench PressToText -benchtime 30x ./internal/test/e2e
func BenchmarkPressToText(b *testing.B) {
	for _, window := range []string{"xterm", "foot"} {
		for _, keys := range [][2]string{{"start", "stop"}, {"toggle", "toggle"}} {
			b.Run(window+"/"+keys[1], func(b *testing.B) { benchmarkPresses(b, window, keys) })
		}
	}
}

func benchmarkPresses(b *testing.B, window string, keys [2]string) {
	programs := plain(b)
	sound := startServer(b, exact)
	env, file := windowEnv(b, window)
	env = append(slices.Clone(sound.env), env...)
	dictate := filepath.Join(root, "contrib/voiceflow-dictate")
	env = append(env, "PATH="+programs+":"+os.Getenv("PATH"),
		"VOICEFLOW_STANDBY=open", "VOICEFLOW_RECORD=vf-record --output-format jsonl", "DBUS_SESSION_BUS_ADDRESS=")
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Env, cmd.SysProcAttr = env, &syscall.SysProcAttr{Setpgid: true}
		return cmd
	}
	for _, service := range []*exec.Cmd{command(filepath.Join(programs, "vf-transcribe"), "--listen", "--preload"), command(dictate, "serve")} {
		if err := service.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = syscall.Kill(-service.Process.Pid, syscall.SIGKILL)
			_ = service.Wait()
		})
	}
	status := func(want string) {
		until(b, func() error {
			out, err := command(filepath.Join(programs, "vf-record"), "--status").Output()
			if err == nil && strings.TrimSpace(string(out)) != want {
				err = os.ErrDeadlineExceeded
			}
			return err
		})
	}
	status("armed")
	var late []float64
	press := func(i int) {
		name := recording([]string{"sentence-01", "sentence-04", "sentence-05", "sentence-06", "sentence-08", "sentence-09"}[i%6])
		samples, err := input.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		before, _ := os.ReadFile(file)
		if out, err := command(dictate, keys[0]).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		status("recording")
		played := command("paplay", "-d", "vf", name)
		if err := played.Start(); err != nil {
			b.Fatal(err)
		}
		// The recordings have a quarter of a second of silence at their ends, which the
		// start of paplay about makes up for.
		time.Sleep(time.Duration(audio.Seconds(len(samples))*float64(time.Second)) - 200*time.Millisecond)
		pressed := time.Now()
		stop := command(dictate, keys[1])
		if err := stop.Start(); err != nil {
			b.Fatal(err)
		}
		for {
			if now, _ := os.ReadFile(file); len(now) > len(before)+20 && now[len(now)-1] == ' ' {
				break
			}
			time.Sleep(time.Millisecond)
			if time.Since(pressed) > patience {
				b.Fatal("no text")
			}
		}
		late = append(late, time.Since(pressed).Seconds())
		_ = stop.Wait()
		_ = played.Wait()
	}
	// The first text on a seat without a keyboard, as sway's is without a screen, takes half
	// a second more.
	press(0)
	late = nil
	for i := 0; b.Loop(); i++ {
		press(i)
	}
	slices.Sort(late)
	b.ReportMetric(late[len(late)/2], "s-median")
	b.ReportMetric(late[len(late)*95/100], "s-95th")
}

// windowEnv opens a window and returns the environment for programs that type into it,
// and the file that receives the text.
func windowEnv(b *testing.B, window string) (env []string, file string) {
	if window == "foot" {
		s := startFoot(b)
		// The socket of Wayland is not in the runtime folder of the sound server.
		return []string{"WAYLAND_DISPLAY=" + filepath.Join(s.dir, "wayland-1"), "DISPLAY=", "TMUX=", "STY="}, s.file
	}
	d := startDesktop(b, writesDown)
	return []string{"DISPLAY=" + d.display, "WAYLAND_DISPLAY=", "TMUX=", "STY=", "LC_ALL=C.UTF-8"}, d.file
}
