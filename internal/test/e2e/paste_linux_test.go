package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/xvfb"
)

// desktop is a private X server with one xterm. The xterm runs a shell command with
// the path of a file as $0.
type desktop struct {
	display string
	file    string
}

// writesDown is a shell command that writes the typed text to the file.
const writesDown = `stty raw -echo; exec cat >"$0"`

func startDesktop(t testing.TB, command string) desktop {
	t.Helper()
	display, _ := xvfb.Start(t)
	d := desktop{display, filepath.Join(t.TempDir(), "typed")}
	xterm := d.command("xterm", "-u8", "-T", "target", "-e", "sh", "-c", command, d.file)
	if err := xterm.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = xterm.Process.Kill()
		_ = xterm.Wait()
	})
	await.True(t, "the focus on the xterm", func() bool {
		window, err := d.command("xdotool", "search", "--onlyvisible", "--name", "^target$").Output()
		_, started := os.Stat(d.file)
		if err != nil || started != nil {
			return false
		}
		_ = d.command("xdotool", "windowfocus", strings.TrimSpace(string(window))).Run()
		focus, _ := d.command("xdotool", "getwindowfocus").Output()
		return bytes.Equal(focus, window)
	})
	return d
}

func (d desktop) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display, "WAYLAND_DISPLAY=", "TMUX=", "STY=", "LC_ALL=C.UTF-8",
		"XDG_STATE_HOME="+filepath.Join(filepath.Dir(d.file), "state")) // private, since it records the last dictation
	return cmd
}

// paste runs vf-paste with a text on its standard input.
func (d desktop) paste(t *testing.T, text string, args ...string) string {
	t.Helper()
	cmd := d.command("vf-paste", args...)
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("vf-paste %v: %v: %s", args, err, out)
	}
	return string(out)
}

func (d desktop) typed(t *testing.T, want string) {
	t.Helper()
	got := ""
	await.True(t, "all of the text", func() bool {
		data, _ := os.ReadFile(d.file)
		got = string(data)
		return len(got) >= len(want)
	})
	if got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
}

// TestPasteTypes: by default the text is typed, with a space between two utterances,
// and "scratch that" deletes the second.
func TestPasteTypes(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	out := d.paste(t, "größe 中文 🙂\nand this\nscratch that\nor that\n", "--commands", "en", "--report")
	if !strings.Contains(out, `"method":"x11"`) {
		t.Errorf("report: %s", out)
	}
	d.typed(t, "größe 中文 🙂 and this"+strings.Repeat("\x7f", len(" and this"))+" or that")
}

// TestPasteFollows: a space separates a dictation from the previous one in the same
// window, with any method, but there is none before the first dictation or before
// punctuation.
func TestPasteFollows(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	d.paste(t, "one\n")
	d.paste(t, "two\n", "--method", "xdotool")
	d.typed(t, "one two")
	d.paste(t, "three\n", "--method", "x11-paste")
	d.paste(t, `{"type":"transcript","id":0,"text":"comma four","segments":[]}`+"\n", "--commands", "en", "--method", "x11-paste")
	d.paste(t, "five new line\n", "--commands", "en", "--allow-newlines")
	d.paste(t, "six\n", "--append-space")
	d.paste(t, "seven\n", "--join-within", "0")
	d.typed(t, "one two three, four five\rsix seven")
	other := startDesktop(t, writesDown)
	other.paste(t, "first\n")
	other.typed(t, "first")
}

// TestPasteGivesBack: after a paste, the clipboard is restored to an image, which is
// served until something else is copied.
func TestPasteGivesBack(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	image := []byte("\x89PNG\r\n\x1a\n, or so")
	copyImage := d.command("xclip", "-selection", "clipboard", "-t", "image/png", "-i")
	copyImage.Stdin = bytes.NewReader(image)
	if err := copyImage.Run(); err != nil {
		t.Fatal(err)
	}
	out := d.paste(t, "one pasted text: ä 中文 🙂\n", "--method", "x11-paste", "--report")
	if !strings.Contains(out, `"verified":true`) {
		t.Errorf("report: %s", out)
	}
	d.typed(t, "one pasted text: ä 中文 🙂")
	got, err := d.command("xclip", "-selection", "clipboard", "-t", "image/png", "-o").Output()
	if err != nil || !bytes.Equal(got, image) {
		t.Errorf("the clipboard has %q, %v", got, err)
	}
	if d.holders(t) != 1 {
		t.Error("no process offers the old clipboard content")
	}
	other := d.command("xclip", "-selection", "clipboard", "-i")
	other.Stdin = strings.NewReader("something else")
	if err := other.Run(); err != nil {
		t.Fatal(err)
	}
	await.True(t, "the end of the process that offered the image", func() bool { return d.holders(t) == 0 })
}

// hostile is a transcript that would harm a terminal if it were not cleaned.
const hostile = "touch pwned\n\r; touch pwned2\x1b[201~\ntouch pwned3\r\x1b]0;title\x07\x9b201~\x00\x03\x04\x1a\u202e\xff\xfe end "

// TestPasteHostile types and pastes a hostile text into a shell, clears the line and
// runs a command: nothing else may have run by then.
func TestPasteHostile(t *testing.T) {
	for _, method := range []string{"x11", "x11-paste"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			d := startDesktop(t, `cd "$(dirname "$0")"; : >"$0"; exec script -qfc 'bash --norc --noprofile' echo`)
			d.paste(t, hostile, "--method", method)
			text := strings.Repeat(hostile, 5)
			if method == "x11-paste" {
				text = strings.Repeat(hostile, 1<<20/len(hostile)) // 1 MB
			}
			cmd := d.command("vf-paste", "--method", method, "--method", "x11-paste")
			cmd.Stdin = strings.NewReader(strings.ReplaceAll(text, "\n", "\r"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for _, keys := range [][]string{{"key", "ctrl+u"}, {"type", "touch done"}, {"key", "Return"}} {
				if out, err := d.command("xdotool", keys...).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			dir := filepath.Dir(d.file)
			await.True(t, "the shell's answer", func() bool { _, err := os.Stat(filepath.Join(dir, "done")); return err == nil })
			echo, err := os.ReadFile(filepath.Join(dir, "echo"))
			if err != nil || !bytes.Contains(echo, []byte("touch pwned")) {
				t.Errorf("the text did not reach the shell: %v", err)
			}
			if left, err := filepath.Glob(filepath.Join(dir, "pwned*")); err != nil || len(left) > 0 {
				t.Errorf("the shell ran something: %v, %v", left, err)
			}
		})
	}
}

// holders counts the vf-paste processes that keep the clipboard of this desktop.
func (d desktop) holders(t *testing.T) (n int) {
	t.Helper()
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		line, _ := os.ReadFile(p) // the process may have ended
		env, _ := os.ReadFile(filepath.Join(filepath.Dir(p), "environ"))
		if bytes.Contains(line, []byte("vf-paste\x00hold")) && bytes.Contains(env, []byte("\x00DISPLAY="+d.display+"\x00")) {
			n++
		}
	}
	return n
}
