package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voiceflow/internal/exitcode"
	"voiceflow/internal/test/home"
)

// TestMain lets the test binary be the process that pastes, which vf-paste starts with its
// own path.
func TestMain(m *testing.M) {
	beProgram()
	os.Setenv("GORACE", "atexit_sleep_ms=0") // each program would wait a second for races at its end
	if len(os.Args) > 1 && os.Args[1] == "hold" {
		main()
	}
	os.Exit(m.Run())
}

// started runs the program in a home of its own, without a desktop.
func started(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	home.Private(t)
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY"} {
		t.Setenv(name, "")
	}
	var out, err bytes.Buffer
	code = run(append([]string{"vf-paste"}, args...), strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

const (
	hello = `{"type":"transcript","id":1,"start":0,"end":1,"text":"hello there","segments":[]}` + "\n"
	again = `{"type":"transcript","id":2,"start":2,"end":3,"text":"again","segments":[]}` + "\n"
)

func TestDelivery(t *testing.T) {
	for _, tt := range []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{"transcripts", hello + again, nil, "hello there\nagain\n"},
		{"plain text", "one\ntwo\n", nil, "one\ntwo\n"},
		{"control characters", "a\x1b[31mb\x07\n", nil, "ab\n"},
		{"capitals", hello, []string{"--capitalise"}, "Hello there\n"},
		{"numbers", "twenty five percent\n", []string{"--numbers", "en"}, "25%\n"},
		{"spoken commands", `{"type":"transcript","id":1,"text":"hello full stop","segments":[]}` + "\n", []string{"--commands", "en"}, "hello.\n"},
		{"nothing", "", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, log := started(t, tt.stdin, append([]string{"--method", "stdout"}, tt.args...)...)
			if code != exitcode.OK || out != tt.want {
				t.Errorf("code %d, %q, want %q\n%s", code, out, tt.want, log)
			}
		})
	}
}

// TestFailures: an item that failed upstream, or is not a line of the pipeline, is
// reported in the exit code; the others are delivered.
func TestFailures(t *testing.T) {
	for name, stdin := range map[string]string{
		"failed upstream": hello + `{"type":"error","id":3,"error":"no"}` + "\n" + again,
		"damaged line":    hello + "{\"type\":\n" + again,
	} {
		t.Run(name, func(t *testing.T) {
			code, out, log := started(t, stdin, "--method", "stdout")
			if code != exitcode.SomeFailed || out != "hello there\nagain\n" || log == "" {
				t.Errorf("code %d, %q\n%s", code, out, log)
			}
		})
	}
}

func TestExec(t *testing.T) {
	file := filepath.Join(t.TempDir(), "said")
	code, out, log := started(t, hello+again, "--exec", "cat >>'"+file+"'")
	said, err := os.ReadFile(file)
	if code != exitcode.OK || out != "" || err != nil || !strings.Contains(string(said), "hello there") || !strings.Contains(string(said), "again") {
		t.Errorf("code %d, %q, %q, %v\n%s", code, out, said, err, log)
	}
}

// TestKept: without any way to deliver, the text is in a file, and the exit code says so.
func TestKept(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	code, _, log := started(t, hello, "--method", "x11")
	if code != exitcode.NoTarget || !strings.Contains(log, "DISPLAY") {
		t.Fatalf("code %d\n%s", code, log)
	}
	found := false
	err := filepath.WalkDir(os.Getenv("HOME"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		found = found || strings.Contains(string(text), "hello there")
		return err
	})
	if err != nil || !found {
		t.Errorf("the text is in no file: %v\n%s", err, log)
	}
}

func TestWrongCommandLine(t *testing.T) {
	for _, args := range [][]string{
		{"--method", "carrier-pigeon"}, {"--final-newline", "--method", "stdout"}, {"--commands", "xx", "--method", "stdout"},
		{"--numbers", "xx", "--method", "stdout"}, {"--min-confidence", "high"}, {"file.txt"},
		{"--partial", "all"}, {"--history", "-1"}, {"--history", "many"},
	} {
		if code, out, log := started(t, hello, args...); code != exitcode.Usage || out != "" || log == "" {
			t.Errorf("%q: code %d, %q, %s", args, code, out, log)
		}
	}
}
