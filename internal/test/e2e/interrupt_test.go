package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"voiceflow/internal/test/await"
)

// group returns a command that will run in its own process group, as on a terminal.
func group(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	t.Cleanup(func() {
		if cmd.Process != nil && cmd.ProcessState == nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			_ = cmd.Wait()
		}
	})
	return cmd
}

// output starts a program and returns what it writes to standard output.
func output(t testing.TB, cmd *exec.Cmd) io.ReadCloser {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return out
}

// interrupt sends a signal to the whole process group, as Ctrl-C does.
func interrupt(t testing.TB, cmd *exec.Cmd, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-cmd.Process.Pid, sig); err != nil {
		t.Fatal(err)
	}
}

// TestInterruptLosesNoWord presses Ctrl-C on a pipeline in real time, just after the
// last sound of the second sentence and before vf-vad has noticed its end. Both
// sentences arrive complete; later ones do not.
func TestInterruptLosesNoWord(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			heard := filepath.Join(t.TempDir(), "heard.pcm")
			// tee shows how much has been heard. It is not part of the product, so
			// -i makes it ignore interrupts.
			cmd := group(t, "sh", "-c", `trap : TERM INT
				vf-record --input "$1" --realtime | (trap '' TERM; exec tee -i "$2") | vf-vad | vf-transcribe -f text | vf-paste --input text --method stdout`,
				"sh", recording("timing-rapid"), heard)
			var out bytes.Buffer
			cmd.Stdout = &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			const spoken = 5.4 // seconds: the second sentence ends at 5.34
			await.Size(t, heard, int64(spoken*16000*2))
			interrupt(t, cmd, sig)
			if code := await.Exit(t, cmd, await.Patience); code != 0 && code != 128+int(sig) {
				t.Errorf("exit code %d", code)
			}
			truth, err := os.ReadFile(strings.TrimSuffix(recording("timing-rapid"), ".wav") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Join(strings.SplitAfter(string(truth), "\n")[:2], "")
			if out.String() != want {
				t.Errorf("got %q, want %q", out.String(), want)
			}
		})
	}
}

// TestSecondInterruptEnds: while the input continues, the first interrupt changes
// nothing, and the second ends each filter immediately.
func TestSecondInterruptEnds(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"vf-vad"}, {"vf-transcribe"}, {"vf-paste", "--method", "stdout"}} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			cmd := group(t, args[0], append(args[1:], "--log-file", filepath.Join(t.TempDir(), "log"))...)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Once the log file exists, the signal handlers do too.
			await.Size(t, cmd.Args[len(cmd.Args)-1], 0)
			// Use different signals, since two of the same kind may arrive as one.
			interrupt(t, cmd, syscall.SIGINT)
			interrupt(t, cmd, syscall.SIGTERM)
			if code := await.Exit(t, cmd, await.Patience); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
		})
	}
}

// TestSecondInterruptKeepsText: on the second interrupt, vf-transcribe writes the
// text it has decoded so far from a long recording.
func TestSecondInterruptKeepsText(t *testing.T) {
	t.Parallel()
	sentence, err := os.ReadFile(recording("sentence-01"))
	if err != nil {
		t.Fatal(err)
	}
	programs := plain(t)                           // the race detector is slow
	lines := map[string]int{"text": 1, "jsonl": 2} // the second is the end
	for _, format := range []string{"text", "jsonl"} {
		t.Run(format, func(t *testing.T) {
			cmd := group(t, filepath.Join(programs, "vf-transcribe"), "-j", "1", "--pack", "8s", "--queue", "1", "-f", format)
			var out, log bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &log
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Up to three windows are queued, so when everything is written, the
			// beginning of a minute has been decoded.
			pause := make([]byte, 16000) // half a second, to separate the sentences
			for range 24 {
				if _, err := in.Write(append(sentence[44:len(sentence):len(sentence)], pause...)); err != nil {
					t.Fatal(err)
				}
			}
			interrupt(t, cmd, syscall.SIGINT)
			interrupt(t, cmd, syscall.SIGTERM)
			if code := await.Exit(t, cmd, await.Patience); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			if n := strings.Count(out.String(), "my brother will call you tomorrow morning"); n < 2 || strings.Count(out.String(), "\n") != lines[format] {
				t.Errorf("the text has %d sentences: %.200s", n, out.String())
			}
			if !strings.Contains(log.String(), "interrupted: transcribed up to ") {
				t.Errorf("it says: %s", log.String())
			}
			if whole := !strings.Contains(out.String(), `"incomplete":true`); whole && format == "jsonl" {
				t.Error("the transcript is not marked as incomplete")
			}
		})
	}
}

// TestTerminateAlone: on SIGTERM, a filter whose input stays open waits a little and
// passes on its last utterance.
func TestTerminateAlone(t *testing.T) {
	t.Parallel()
	cmd := group(t, "vf-vad")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pcm, err := os.ReadFile(recording("timing-at-once"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(pcm[44:]); err != nil {
		t.Fatal(err)
	}
	interrupt(t, cmd, syscall.SIGTERM)
	if code := await.Exit(t, cmd, await.Patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n := strings.Count(out.String(), `"type":"utterance"`); n != 1 {
		t.Errorf("%d utterances, want 1", n)
	}
}

// TestInterruptBetweenFiles: the current file is finished, no other is started, and
// the exit code is 130.
func TestInterruptBetweenFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for i := range 200 {
		if err := os.Symlink(recording("sentence-01"), filepath.Join(folder, fmt.Sprintf("%03d.wav", i))); err != nil {
			t.Fatal(err)
		}
	}
	cmd := group(t, "vf-transcribe", "-f", "txt", "-r", folder)
	var log bytes.Buffer
	cmd.Stderr = &log
	out := output(t, cmd)
	lines := bufio.NewScanner(out)
	done := 0
	for lines.Scan() {
		if done++; done == 1 {
			interrupt(t, cmd, syscall.SIGINT)
		}
		if lines.Text() != "my brother will call you tomorrow morning" {
			t.Errorf("line %d: %q", done, lines.Text())
		}
	}
	if code := await.Exit(t, cmd, await.Patience); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if done >= 200 {
		t.Error("vf-transcribe transcribed all files despite the interrupt")
	}
	if !strings.Contains(log.String(), "of 200 files are done") {
		t.Errorf("the log does not say how many files are done: %s", log.String())
	}
}

// TestReaderGone: a program ends silently when its output pipe is closed.
func TestReaderGone(t *testing.T) {
	t.Parallel()
	cmd := group(t, "vf-record", "--input", recording("timing-rapid")) // more than a pipe holds
	var log bytes.Buffer
	cmd.Stderr = &log
	out := output(t, cmd)
	if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	out.Close()
	if code := await.Exit(t, cmd, await.Patience); code != 141 {
		t.Errorf("exit code %d, want 141", code)
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", log.String())
	}
}
