package paste_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste"
)

// hostile is a transcript that would harm a terminal if it were not cleaned.
const hostile = "touch pwned\n\r; touch pwned2\x1b[201~\ntouch pwned3\r\x1b]0;title\x07\x9b201~\x00\x03\x04\x1a\u202e" + "\xff\xfe end"

// randomText returns letters of many alphabets.
func randomText(r *rand.Rand) string {
	letters := []rune("abcdefghij KLMNOP.,;:'\"$`\\#~{}äßéøñçœ€–中文字漢日本語한국어🙂👍🏽אבגабвγδ")
	text := make([]rune, 1+r.IntN(40))
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return strings.TrimSpace(string(text)) + "."
}

// pane is a private terminal multiplexer with a program running in it.
type pane struct {
	method string
	env    map[string]string
	keys   func(text string) []string // the command that presses the keys of a text
}

// open opens the method that pastes into the pane.
func (p pane) open(t *testing.T) *paste.Chain {
	t.Helper()
	for name, value := range p.env {
		t.Setenv(name, value)
	}
	c, err := paste.Open(paste.Session{Getenv: os.Getenv, LookPath: exec.LookPath}, p.method)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// quiet runs a command that must not fail.
func quiet(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
	return string(out)
}

// startTmux runs a shell command in a separate tmux server.
func startTmux(t *testing.T, command string) pane {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "tmux")
	quiet(t, "tmux", "-f", "/dev/null", "-u", "-S", socket, "new-session", "-d", "-x", "80", "-y", "24", command)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", socket, "kill-server").Run() })
	info := strings.TrimSpace(quiet(t, "tmux", "-S", socket, "display-message", "-p", "#{socket_path},#{pid},0"))
	return pane{"tmux", map[string]string{"TMUX": info}, func(text string) []string {
		return []string{"tmux", "-S", socket, "send-keys", "-l", text}
	}}
}

// startScreen runs a shell command in a separate screen session.
func startScreen(t *testing.T, command string) pane {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SCREENDIR", dir)
	session := fmt.Sprintf("vf%d", os.Getpid())
	quiet(t, "screen", "-c", "/dev/null", "-U", "-dmS", session, "sh", "-c", command)
	t.Cleanup(func() { _ = exec.Command("screen", "-S", session, "-X", "quit").Run() })
	name := ""
	await.True(t, "screen", func() bool {
		sockets, _ := os.ReadDir(dir)
		for _, s := range sockets {
			name = s.Name()
		}
		return name != ""
	})
	return pane{"screen", map[string]string{"STY": name}, func(text string) []string {
		return []string{"screen", "-S", session, "-X", "stuff", text}
	}}
}

func panes() map[string]func(*testing.T, string) pane {
	return map[string]func(*testing.T, string) pane{"tmux": startTmux, "screen": startScreen}
}

// TestPanesTakeAll sends a hundred texts, which must arrive as they are.
func TestPanesTakeAll(t *testing.T) {
	for name, start := range panes() {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LC_ALL", "C.UTF-8")
			dir := t.TempDir()
			file := filepath.Join(dir, "got")
			c := start(t, fmt.Sprintf("stty raw -echo; : >%s/ready; exec cat >%s", dir, file)).open(t)
			await.True(t, "cat", func() bool { _, err := os.Stat(filepath.Join(dir, "ready")); return err == nil })
			r := rand.New(rand.NewPCG(1, 1))
			var want strings.Builder
			for range 100 {
				text := randomText(r)
				want.WriteString(text)
				if err := deliver(t.Context(), c, text); err != nil {
					t.Fatal(err)
				}
			}
			got := ""
			await.True(t, "all of the text", func() bool {
				data, _ := os.ReadFile(file)
				got = string(data)
				return len(got) >= want.Len()
			})
			if got != want.String() {
				t.Errorf("%d of the %d bytes sent arrived; the text ends in %.80q", len(got), want.Len(), got[max(0, len(got)-80):])
			}
		})
	}
}

// TestPanesRunNothing sends a hostile text to a shell, clears the line and then
// runs a command: nothing else may have run by then.
func TestPanesRunNothing(t *testing.T) {
	for name, start := range panes() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, fmt.Sprintf("cd %s; : >ready; exec script -qfc 'bash --norc --noprofile' echo", dir))
			c := p.open(t)
			await.True(t, "the shell", func() bool { _, err := os.Stat(filepath.Join(dir, "ready")); return err == nil })
			for _, text := range []string{hostile, strings.Repeat(hostile, 20)} {
				if err := deliver(t.Context(), c, text); err != nil {
					t.Fatal(err)
				}
			}
			await.True(t, "the text on the shell's line", func() bool {
				echo, _ := os.ReadFile(filepath.Join(dir, "echo"))
				return strings.Count(string(echo), "end") >= 21
			})
			for _, text := range []string{"\x15", "touch done\r"} { // Ctrl-U, Enter
				command := p.keys(text)
				quiet(t, command[0], command[1:]...)
			}
			await.True(t, "the shell's answer", func() bool { _, err := os.Stat(filepath.Join(dir, "done")); return err == nil })
			files, err := os.ReadDir(dir)
			if err != nil || len(files) != 3 {
				t.Errorf("the shell ran something: %v, %v", files, err)
			}
		})
	}
}
