package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"voiceflow/internal/cmdline/streams"
	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
)

// asProgram is the environment variable that makes the test binary be vf-paste, or, under
// the name of another program, one that writes the value to standard output.
const asProgram = "VF_PASTE_TEST_AS"

// beProgram is vf-paste or what writes to it, if the test has started this process as such.
func beProgram() {
	if text, is := os.LookupEnv(asProgram); is {
		if filepath.Base(os.Args[0]) == "vf-paste" {
			main()
		}
		out := streams.Stdout()
		fmt.Fprint(out, text)
		// As a program does that works on, it stays until vf-paste has made something of its
		// text.
		for ; ; time.Sleep(time.Millisecond) {
			info, err := out.Stat()
			if _, unseen := os.Stat("seen"); unseen == nil || err != nil || !isPipe(info) {
				break
			}
		}
		os.Exit(0)
	}
}

// program makes a program of this name, which is this test.
func program(t *testing.T, folder, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.Link(self, path); err != nil { // a symbolic link would not be its name
		data, err := os.ReadFile(self)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestUpstream: text from a program of the pipeline is not typed unless the user says so.
func TestUpstream(t *testing.T) {
	const text = "rm -rf ~\nyes\n"
	for _, tt := range []struct {
		name, script string
		code         int
		typed        bool
	}{
		{"vf-transcribe", "./vf-transcribe | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"vf-vad", "./vf-vad | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"vf-record", "./vf-record | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"named pipe", "mkfifo p; ./vf-transcribe >p & ./vf-paste --method stdout <p", exitcode.SomeFailed, false},
		{"replaced by an update", "(exec ./vf-vad | (rm vf-vad; exec ./vf-paste --method stdout))", exitcode.SomeFailed, false},
		{"asked for", "./vf-transcribe | ./vf-paste --method stdout --input text", exitcode.OK, true},
		{"another program", "./sed | ./vf-paste --method stdout", exitcode.OK, true},
		{"a filter", "./vf-transcribe | cat | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"a log", "./vf-transcribe | tee log | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"a script", "./vf-transcribe | sh -c 'while read -r l; do echo \"$l\"; done' | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"two filters", "./vf-transcribe -f srt | cat | cat | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"a filter behind vf-vad", "./vf-vad -f txt | cat | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"plain text in a filter", "./vf-transcribe -f txt | cat | ./vf-paste --method stdout", exitcode.OK, true},
		{"plain text in filters", "./vf-transcribe -t 1 --output-format=text | cat | cat | ./vf-paste --method stdout", exitcode.OK, true},
		{"plain text, directly", "./vf-transcribe -f txt | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"the last format", "./vf-transcribe -f txt -f jsonl | cat | ./vf-paste --method stdout", exitcode.SomeFailed, false},
		{"a filter, asked for", "./vf-transcribe | cat | ./vf-paste --method stdout --input text", exitcode.OK, true},
		{"a job", job("./vf-transcribe"), exitcode.SomeFailed, false},
		{"plain text in a job", job("./vf-transcribe --output-format txt"), exitcode.OK, true},
		{"no job", strings.Replace(job("./vf-transcribe"), "set -m; ", "", 1), exitcode.OK, true},
		{"another pipeline", "./vf-transcribe | cat >f & printf 'rm -rf ~\nyes\n' | ./vf-paste --method stdout", exitcode.OK, true},
		{"another pipe", "./vf-transcribe 2>&1 >/dev/null | ./sed | ./vf-paste --method stdout", exitcode.OK, true},
		{"reads the same pipe", "./sed | { ./vf-paste --method stdout; }", exitcode.OK, true},
		{"file", "./vf-transcribe >f; ./vf-paste --method stdout <f", exitcode.OK, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home.Private(t)
			folder := t.TempDir()
			for _, name := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "sed"} {
				program(t, folder, name)
			}
			var out, log bytes.Buffer
			seen := func() {
				if err := os.WriteFile(filepath.Join(folder, "seen"), nil, 0o600); err != nil {
					t.Error(err)
				}
			}
			cmd := exec.Command("sh", "-c", tt.script)
			cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &firstWrite{to: &out, then: seen}, &firstWrite{to: &log, then: seen}
			cmd.Env = append(os.Environ(), asProgram+"="+text)
			_ = cmd.Run() // the code is looked at
			want := ""
			if tt.typed {
				want = text
			}
			if code := cmd.ProcessState.ExitCode(); code != tt.code || out.String() != want {
				t.Errorf("code %d, %q, want %d, %q\n%s", code, out.String(), tt.code, want, log.String())
			}
			if named := strings.Contains(log.String(), "--input text"); named == tt.typed {
				t.Errorf("the message is\n%s", log.String())
			}
		})
	}
}

// job is a pipeline in a process group of its own, as in an interactive shell, whose filter
// cannot be followed: it writes to a file that it opened.
func job(stage string) string {
	return `exec bash -c 'set -m; ` + stage + ` | tee /dev/fd/3 3>&1 >/dev/null | ./vf-paste --method stdout'`
}

// firstWrite calls then at the first write.
type firstWrite struct {
	to   io.Writer
	then func()
	once sync.Once
}

func (w *firstWrite) Write(p []byte) (int, error) {
	w.once.Do(w.then)
	return w.to.Write(p)
}

// BenchmarkUpstream measures a look at all processes.
func BenchmarkUpstream(b *testing.B) {
	r, w, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	pipe, err := r.Stat()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if p, found := behindFilters(processes(), pipe); found {
			b.Fatal(p)
		}
	}
}
