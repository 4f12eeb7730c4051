package x11_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste/x11"
)

// TestPasteBusy: a program that is busy when it gets the keystroke, for longer than
// a paste waits for an idle program, pastes the text and not the old content.
func TestPasteBusy(t *testing.T) {
	apps(t, func(t *testing.T, a *app) {
		d := a.open()
		a.copy("clipboard", "UTF8_STRING", "a password")
		if err := a.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		a.later(3*time.Second, "kill", "-CONT", strconv.Itoa(a.cmd.Process.Pid))
		r, err := d.Paste(t.Context(), "the text")
		if err != nil || !r.Taken || !r.Verified || !r.Restored {
			t.Errorf("Paste = %+v, %v", r, err)
		}
		if got := a.got(len("the text")); got != "the text" {
			t.Errorf("got %q", got)
		}
		if got := a.paste("clipboard", "UTF8_STRING"); got != "a password" {
			t.Errorf("the clipboard has %q afterwards", got)
		}
	})
}

// page blocks for a while whenever Control is pressed, and shows its text in its
// title.
const page = `<title>page</title><body><textarea id="t" autofocus></textarea><script>
t.addEventListener('keydown', e => { if (e.key == 'Control') for (const end = performance.now() + 1500; performance.now() < end;); });
t.addEventListener('input', () => document.title = 'has ' + t.value);
setInterval(() => { if (document.title == 'page' && document.hasFocus() && document.activeElement == t) document.title = 'ready'; }, 50);
</script></body>`

// TestPasteBusyBrowser: a browser reads the clipboard when it gets the keystroke,
// and again when the page, busy until then, pastes. Both times it gets the text,
// even if the next paste follows immediately from another Display. No paste claims
// to be verified, and the clipboard is restored in the end.
func TestPasteBusyBrowser(t *testing.T) {
	program, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium was not found, and CI must run this test: install chromium")
		}
		t.Skip("chromium was not found: install it to run this test")
	}
	x := startX(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--no-first-run", "--disable-gpu", "--user-data-dir=" + filepath.Join(dir, "profile"), "file://" + file}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with its sandbox
	}
	browser := x.command(program, args...)
	browser.Cancel = func() error { return browser.Process.Signal(syscall.SIGTERM) } // with all its processes
	browser.WaitDelay = 10 * time.Second
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	shows := func(title string) {
		t.Helper()
		await.True(x, "the page to be "+title, func() bool {
			out, _ := x.command("xdotool", "search", "--onlyvisible", "--name", "^"+title+" - ").Output()
			return len(out) > 0
		})
	}
	shows("ready")
	x.copy("clipboard", "UTF8_STRING", "a password")
	one, two := x.open(), x.open()
	for _, step := range []struct {
		from *x11.Display
		text string
	}{{one, "one"}, {one, "two"}, {two, "three"}} {
		r, err := step.from.Paste(t.Context(), step.text)
		if err != nil || !r.Taken || r.Verified {
			t.Errorf("Paste = %+v, %v", r, err)
		}
	}
	defer func() {
		if t.Failed() {
			window, _ := x.command("xdotool", "getwindowfocus", "getwindowname").Output()
			t.Logf("the page is %q", window)
		}
	}()
	shows("has onetwothree")
	await.True(x, "the clipboard's old content", func() bool { return x.paste("clipboard", "UTF8_STRING") == "a password" })
}
