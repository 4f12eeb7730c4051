package paste_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/xvfb"
	"voiceflow/pkg/paste"
)

// command returns a command that ends with the test at the latest.
func command(t *testing.T, display, name string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("this test needs %s: install it with `make test-deps`: %v", name, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "LC_ALL=C.UTF-8")
	return cmd
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", cmd.Args, err, &stderr)
	}
	return string(out)
}

func chooseX(t *testing.T, method, display string) *paste.Chain {
	t.Helper()
	env := func(name string) string { return map[string]string{"DISPLAY": display}[name] }
	m, err := paste.Open(paste.Session{Getenv: env, LookPath: exec.LookPath}, method)
	if err != nil {
		t.Fatalf("%v (`make test-deps` installs it)", err)
	}
	return m
}

func TestXclip(t *testing.T) {
	display, _ := xvfb.Start(t)
	m := chooseX(t, "xclip", display)
	long := `Größe, 'single' "double" $(reboot) ` + "`id` \\ 😀 "
	long += strings.Repeat("ä", 10000-len([]rune(long)))
	for _, text := range []string{long, " and then this "} {
		if err := deliver(t.Context(), m, text); err != nil {
			t.Fatal(err)
		}
		// xclip can return a moment before it owns the clipboard.
		got := ""
		for end := time.Now().Add(10 * time.Second); got != text && time.Now().Before(end); {
			out, _ := command(t, display, "xclip", "-o", "-selection", "clipboard").Output()
			got = string(out)
		}
		if got != text {
			t.Errorf("the clipboard has %.100q (%d bytes), want %.100q (%d bytes)", got, len(got), text, len(text))
		}
	}
}

func TestXdotool(t *testing.T) {
	display, _ := xvfb.Start(t)
	m := chooseX(t, "xdotool", display)
	// xdotool briefly adds letters that the keyboard does not have, and a
	// program that looks too late misses them.
	output(t, command(t, display, "setxkbmap", "-layout", "de", "-variant", "nodeadkeys"))

	file := filepath.Join(t.TempDir(), "typed")
	xterm := command(t, display, "xterm", "-u8", "-T", "target", "-e", "sh", "-c", `cat > "$0"`, file)
	if err := xterm.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- xterm.Wait() }()
	await.True(t, "cat in the xterm", func() bool {
		_, err := os.Stat(file)
		return err == nil
	})
	window := ""
	await.True(t, "the window of the xterm", func() bool {
		out, _ := command(t, display, "xdotool", "search", "--onlyvisible", "--name", "^target$").Output()
		window = strings.TrimSpace(string(out))
		return window != ""
	})
	await.True(t, "the focus on the xterm", func() bool {
		command(t, display, "xdotool", "windowfocus", window).Run()
		out, _ := command(t, display, "xdotool", "getwindowfocus").Output()
		return strings.TrimSpace(string(out)) == window
	})

	text := `Hello World, it's "so" $(reboot) <b> {x} [y] ~/\|@ Größe ÄÖÜ äöü ß!`
	for _, part := range []string{text, "\n and more\n"} {
		if err := deliver(t.Context(), m, part); err != nil {
			t.Fatal(err)
		}
	}
	// End the line and the input, which ends cat and so the xterm.
	output(t, command(t, display, "xdotool", "key", "Return", "ctrl+d"))
	if err := <-ended; err != nil {
		t.Fatalf("xterm: %v", err)
	}
	if got, want := readFile(t, file), text+"  and more \n"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
}
