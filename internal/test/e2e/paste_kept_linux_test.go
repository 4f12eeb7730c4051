package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/xvfb"
)

// wantKept checks that vf-paste has reported a text as not delivered and has put it
// on the clipboard.
func (d desktop) wantKept(t *testing.T, cmd *exec.Cmd, log, text string) {
	t.Helper()
	if code := cmd.ProcessState.ExitCode(); code != 5 {
		t.Errorf("%v: exit code %d, want 5", cmd.Args, code)
	}
	if !strings.Contains(log, "not delivered") || !strings.Contains(log, "it is on the clipboard (xclip)") {
		t.Errorf("%v: log: %s", cmd.Args, log)
	}
	await.Nil(t, func() error { // xclip may need a moment
		out, err := d.command("xclip", "-o", "-selection", "clipboard").CombinedOutput()
		if string(out) != text {
			return fmt.Errorf("the clipboard has %q, %v, want %q; log: %s", out, err, text, log)
		}
		return nil
	})
}

// TestPasteNoFocus: if no window has the focus, no method takes the text, not even
// one that cannot check the focus itself.
func TestPasteNoFocus(t *testing.T) {
	t.Parallel()
	display, _ := xvfb.Start(t)
	d := desktop{display, filepath.Join(t.TempDir(), "none")}
	for i, args := range [][]string{{}, {"--method", "xdotool"}, {"--method", "x11", "--method", "xdotool"}, {"--method", "x11-paste"}} {
		text := strings.Repeat("lost? ", i+1) + "no"
		cmd := d.command("vf-paste", args...)
		cmd.Stdin = strings.NewReader(text + "\n")
		out, _ := cmd.CombinedOutput()
		d.wantKept(t, cmd, string(out), text)
	}
}

// TestPasteWindowCloses closes the window in mid-dictation.
func TestPasteWindowCloses(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"auto", "xdotool"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			closer := filepath.Join(t.TempDir(), "close")
			// The redirection is needed: a shell gives background processes no input.
			d := startDesktop(t, `stty raw -echo; exec 4<&0; cat <&4 >"$0" & while ! [ -e '`+closer+`' ]; do sleep 0.1; done`)
			cmd := d.command("vf-paste", "--method", method, "--report")
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			report, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			cmd.Stderr = &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(in, "before\n"); err != nil {
				t.Fatal(err)
			}
			// The method looks at the window once more when it has typed.
			if line, err := bufio.NewReader(report).ReadString('\n'); err != nil || !strings.Contains(line, `"method"`) {
				t.Fatalf("%v: %s", err, line)
			}
			d.typed(t, "before")
			write(t, closer, "")
			await.True(t, "the end of the window", func() bool {
				return d.command("xdotool", "search", "--onlyvisible", "--name", "^target$").Run() != nil
			})
			if _, err := io.WriteString(in, "after\n"); err != nil {
				t.Fatal(err)
			}
			in.Close()
			_ = cmd.Wait() // wantKept checks the exit code
			d.wantKept(t, cmd, log.String(), "after")
		})
	}
}
