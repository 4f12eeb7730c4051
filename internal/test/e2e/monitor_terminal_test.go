package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// logUtterance appends an utterance to vf-transcribe's log in a folder.
func logUtterance(t *testing.T, folder string, pid, id int, processing float64) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "vf-transcribe.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = fmt.Fprintf(f, `{"level":"info","tool":"vf-transcribe","pid":%d,"event":"utterance","id":%d,"file":"","audio_seconds":3,`+
		`"processing_seconds":%g,"speed_factor":%g,"latency_seconds":%g,"model":"base.en","device":"CPU","degraded":[],`+
		`"retries":0,"refreshes":1,"queue":0,"memory_mb":212.5,"growth_mb":0,"cpu_percent":30,"time":%q,"message":"transcribed"}`+"\n",
		pid, id, processing, 3/processing, processing+0.3, time.Now().Format("2006-01-02T15:04:05.000Z07:00"))
	if err != nil {
		t.Fatal(err)
	}
}

// colour matches the sequence with which tmux changes the colour of the text.
var colour = regexp.MustCompile("\x1b\\[(1;)?(3[0-8]|9[0-7])[;m]")

// screen is a terminal in a private tmux server.
type screen struct {
	t      *testing.T
	socket string
}

// newScreen runs a shell in a terminal with 80 columns and 24 lines.
func newScreen(t *testing.T) *screen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Fatal(err)
	}
	s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
	s.tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "env", "PS1=ready>", "sh")
	t.Cleanup(func() { s.tmux("kill-server") })
	s.wait("ready>")
	return s
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", s.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (s *screen) text() string { return s.tmux("capture-pane", "-p") }

func (s *screen) typed(keys ...string) { s.tmux(append([]string{"send-keys"}, keys...)...) }

// wait waits until the screen shows all the given texts, and returns its content.
func (s *screen) wait(want ...string) string {
	s.t.Helper()
	var text string
	await.Nil(s.t, func() error {
		text = s.text()
		for _, w := range want {
			if !strings.Contains(text, w) {
				return fmt.Errorf("%q is not on the screen:\n%s", w, text)
			}
		}
		return nil
	})
	return text
}

// TestMonitor: in a terminal, the monitor updates itself, follows the terminal's
// size, and restores the terminal when it ends.
func TestMonitor(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	logs := filepath.Join(state, "voiceflow", "log")
	s := newScreen(t)
	s.typed("stty -g > "+state+"/before; XDG_STATE_HOME="+state+" vf-health monitor; echo ended $?; stty -g > "+state+"/after", "Enter")
	s.wait("no logs in", "vf-health config init", "q quit")

	const nobody = 4_000_001 // no process has this ID
	logUtterance(t, logs, nobody, 1, 0.5)
	s.wait("No alerts", "utterance 1", "gone", "speed factor    median 6.00")
	for i := range 25 {
		logUtterance(t, logs, nobody, 2+i, 4)
	}
	text := s.wait("CRITICAL recognising an utterance takes 4.0 s", "use a smaller model or a GPU")
	if lines := strings.Split(strings.TrimRight(text, "\n"), "\n"); len(lines) != 24 || !strings.HasPrefix(lines[23], "q quit") {
		t.Errorf("the view does not fill the terminal: %q", lines)
	}

	if look := s.tmux("capture-pane", "-p", "-e"); !colour.MatchString(look) {
		t.Errorf("no colours: %q", look)
	}

	s.tmux("resize-window", "-x", "40", "-y", "12")
	for lines := []string(nil); len(lines) != 12 || !strings.HasPrefix(lines[11], "q quit"); {
		lines = strings.Split(strings.TrimRight(s.wait("q quit"), "\n"), "\n")
	}
	s.tmux("resize-window", "-x", "120", "-y", "60")
	s.wait("refreshes  degraded", "retries  device", "utterance 9")
	s.typed("?")
	s.wait("What you see")
	s.typed("?")
	s.wait("Latest utterances")
	s.typed("p")
	s.wait("PAUSED")
	s.typed("q")
	s.wait("ended 0")
	if text := s.wait("ready>"); strings.Contains(text, "Latest utterances") {
		t.Errorf("the terminal was not restored:\n%s", text)
	}
	s.typed("echo still here", "Enter")
	s.wait("\nstill here")
	sameFiles(t, state+"/before", state+"/after")

	s.typed("clear; XDG_STATE_HOME="+state+" NO_COLOR=yes vf-health monitor; echo ended $?", "Enter")
	s.wait("CRITICAL recognising an utterance")
	if look := s.tmux("capture-pane", "-p", "-e"); colour.MatchString(look) {
		t.Errorf("colours despite NO_COLOR: %q", look)
	}
	s.typed("C-c")
	s.wait("ended 0")

	// A signal ends it just as cleanly.
	s.typed("clear; (sh -c 'echo $PPID' > "+state+"/pid; exec env XDG_STATE_HOME="+state+" vf-health monitor); echo ended $?; stty -g > "+state+"/after", "Enter")
	s.wait("CRITICAL recognising an utterance")
	s.tmux("run-shell", "kill -TERM $(cat "+state+"/pid)")
	s.wait("ended 0")
	sameFiles(t, state+"/before", state+"/after")
}

// sameFiles waits until two files exist and have the same content.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	await.Nil(t, func() error {
		x, errX := os.ReadFile(a)
		y, errY := os.ReadFile(b)
		if errX != nil || errY != nil || len(x) == 0 || string(x) != string(y) {
			return fmt.Errorf("%q, %v differs from %q, %v", x, errX, y, errY)
		}
		return nil
	})
}
