package paste_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste"
)

// TestPanesTakeHostile sends hostile texts, with and without line breaks, to real panes:
// the program in the pane reads the clean text and nothing else.
func TestPanesTakeHostile(t *testing.T) {
	for name, start := range panes() {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LC_ALL", "C.UTF-8")
			dir := t.TempDir()
			file := filepath.Join(dir, "got")
			p := start(t, fmt.Sprintf("stty raw -echo; : >%s/ready; exec cat >%s", dir, file))
			await.True(t, "cat", func() bool { _, err := os.Stat(filepath.Join(dir, "ready")); return err == nil })
			for _, newlines := range []bool{false, true} {
				for key, value := range p.env {
					t.Setenv(key, value)
				}
				c, err := paste.Open(paste.Session{Getenv: os.Getenv, LookPath: exec.LookPath, Newlines: newlines}, p.method)
				if err != nil {
					t.Fatal(err)
				}
				for what, text := range hostileTexts() {
					if err := os.Truncate(file, 0); err != nil {
						t.Fatal(err)
					}
					want := paste.Clean(text)
					if newlines {
						want = paste.CleanLines(text)
					}
					if err := deliver(t.Context(), c, text); err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					got := ""
					await.True(t, what, func() bool {
						data, _ := os.ReadFile(file)
						got = strings.ReplaceAll(strings.TrimLeft(string(data), "\x00"), "\r", "\n")
						return len(got) >= len(want)
					})
					if got != want {
						t.Errorf("%s, line breaks %v: %d bytes, %.100q, want %d, %.100q", what, newlines, len(got), got, len(want), want)
					}
				}
			}
		})
	}
}
