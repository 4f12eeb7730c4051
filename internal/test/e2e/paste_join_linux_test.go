package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/xvfb"
)

// TestPasteJoins: a space separates the dictations of two processes even if the desktop
// does not say which window has the focus or the state folder cannot be written, and
// --append-space never makes two of it.
func TestPasteJoins(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	d.paste(t, "one\n")
	d.paste(t, "two\n", "--append-space")
	d.paste(t, "three\n", "--append-space")
	d.paste(t, "four\n")
	d.paste(t, "five\n", "--append-space", "--method", "xdotool")
	d.paste(t, "six\n")
	want := "one two three four five six"
	d.typed(t, want)

	state := filepath.Join(filepath.Dir(d.file), "state")
	if err := os.RemoveAll(state); err != nil {
		t.Fatal(err)
	}
	write(t, state, "no folder")
	for _, word := range []string{"seven", "eight"} {
		cmd := d.command("vf-paste")
		cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+filepath.Dir(d.file))
		cmd.Stdin = strings.NewReader(word)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	d.typed(t, want+"seven eight")
}

// TestPasteJoinsUnknown: as on GNOME with Wayland, X11 sees no focus, so that another
// program types into a window that nobody knows.
func TestPasteJoinsUnknown(t *testing.T) {
	t.Parallel()
	display, _ := xvfb.Start(t)
	folder := t.TempDir()
	d := desktop{display, filepath.Join(folder, "typed")}
	write(t, filepath.Join(folder, "ydotool"), "#!/bin/sh\n[ \"$1\" = type ] && exec cat >>'"+d.file+"'\n")
	if err := os.Chmod(filepath.Join(folder, "ydotool"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"one", "two", "three"} {
		cmd := d.command("vf-paste")
		cmd.Env = append(cmd.Env, "WAYLAND_DISPLAY=none", "PATH="+folder+":"+os.Getenv("PATH"))
		cmd.Stdin = strings.NewReader(word)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	d.typed(t, "one two three")
}

// cancelPastes cancels n pastes at random moments.
func cancelPastes(t *testing.T, p *pasting, file string, n int, most time.Duration) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 9))
	seen, whole := 0, 0
	for i := range n {
		p.send(marked("begin"), transcribed(2*i, "unwanted"))
		time.Sleep(time.Duration(r.Int64N(int64(most))))
		end := fmt.Sprintf("|%d|", i)
		p.send(marked("cancel"), marked("begin"), transcribed(2*i+1, end), marked("end"))
		typed := ""
		await.True(t, "the text after the cancel", func() bool {
			data, _ := os.ReadFile(file)
			typed = string(data[min(seen, len(data)):])
			return strings.HasSuffix(typed, end)
		})
		seen += len(typed)
		switch strings.TrimSuffix(typed, end) {
		case "unwanted":
			whole++
		case "":
		default:
			t.Fatalf("cancel %d: typed %q", i, typed)
		}
	}
	p.end()
	t.Logf("%d of %d pastes had happened", whole, n)
}

// TestPasteCancelPaste: a paste that is cancelled either happens or not, the next one works,
// and the clipboard comes back.
func TestPasteCancelPaste(t *testing.T) {
	t.Parallel()
	d := startDesktop(t, writesDown)
	copied := d.command("xclip", "-selection", "clipboard", "-i")
	copied.Stdin = strings.NewReader("a password")
	if err := copied.Run(); err != nil {
		t.Fatal(err)
	}
	p := startPasting(t, d.command("vf-paste", "--method", "x11-paste", "--join-within", "0"))
	cancelPastes(t, p, d.file, 15, 250*time.Millisecond)
	await.True(t, "the old content of the clipboard", func() bool {
		out, _ := d.command("xclip", "-o", "-selection", "clipboard").Output()
		return string(out) == "a password"
	})
	if n := d.holders(t); n != 1 {
		t.Errorf("%d processes serve the clipboard, want 1", n)
	}
}
