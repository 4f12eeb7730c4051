package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// TestInterruptEndsWaits: the second interrupt ends every wait: for data from a pipe,
// for an ffmpeg that waits for more data, and in a read that cannot be interrupted,
// here of a list of files. The log records the end.
func TestInterruptEndsWaits(t *testing.T) {
	t.Parallel()
	model := model()
	for _, test := range []struct {
		name, first string // first is the data before the wait
		args        []string
	}{
		{"file", "", []string{"vf-transcribe", "-m", model}},
		{"sound", "RIFF", []string{"vf-transcribe", "-m", model}},
		{"ffmpeg", "fLaC\x00\x00\x00\x22", []string{"vf-transcribe", "-m", model}},
		{"spooled", "\x00\x00\x00\x20ftypM4A ", []string{"vf-transcribe", "-m", model}},
		{"record", "", []string{"vf-record", "--input"}},
		{"list", "", []string{"vf-transcribe", "-m", model, "--files-from"}},
	} {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(test.name+" "+sig.String(), func(t *testing.T) {
				t.Parallel()
				pipe, log := filepath.Join(t.TempDir(), "pipe"), filepath.Join(t.TempDir(), "log")
				if err := syscall.Mkfifo(pipe, 0o600); err != nil {
					t.Fatal(err)
				}
				cmd := group(t, test.args[0], slices.Concat([]string{"--log-file", log}, test.args[1:], []string{pipe})...)
				cmd.Stderr = new(bytes.Buffer)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				// This returns once the program has opened the pipe.
				writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer writer.Close()
				if _, err := writer.WriteString(test.first); err != nil {
					t.Fatal(err)
				}
				ended := make(chan int, 1)
				go func() { ended <- await.Exit(t, cmd, await.Patience) }()
				// Send the signals with a pause, since two in a row may arrive as one.
				tick := time.NewTicker(100 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-tick.C:
						_ = syscall.Kill(-cmd.Process.Pid, sig) // it may have ended
					case code := <-ended:
						if code != 130 {
							t.Errorf("exit code %d\n%s", code, cmd.Stderr)
						}
						messages, err := os.ReadFile(log)
						if stopped := `"event":"stopped","exit_code":130`; err != nil || strings.Count(string(messages), stopped) != 1 {
							t.Errorf("log: %v, %s", err, messages)
						}
						return
					}
				}
			})
		}
	}
}
