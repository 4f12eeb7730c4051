package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// library compiles a library of testdata/library and returns the setting that preloads it.
func library(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".so")
	out, err := exec.Command("gcc", "-shared", "-fPIC", "-o", file,
		filepath.Join("testdata/library", name+".c"), "-lpthread", "-ldl").CombinedOutput()
	if err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	return "LD_PRELOAD=" + file
}

// runPlain runs a program built without the race detector, which ends in a way of its own.
func runPlain(t *testing.T, stdin string, environ []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	folder := plain(t)
	cmd := exec.Command(filepath.Join(folder, args[0]), args[1:]...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), append([]string{"HOME=" + home, "XDG_RUNTIME_DIR=" + home}, environ...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	return out.String(), log.String(), exitCode(t, err)
}

// TestLibraryPrints: nothing that a library prints gets between what a program prints.
func TestLibraryPrints(t *testing.T) {
	t.Parallel()
	noise := library(t, "noisy")
	speech, err := os.ReadFile(recording("sentence-06"))
	if err != nil {
		t.Fatal(err)
	}
	const line = `{"type":"transcript","id":1,"text":"hello"}` + "\n"
	tests := []struct {
		stdin string
		args  []string
	}{
		{"", []string{"vf-transcribe", "-f", "txt", recording("sentence-06")}},
		{"", []string{"vf-transcribe", "models", "list"}},
		{"", []string{"vf-transcribe", "devices"}},
		{string(speech), []string{"vf-vad"}},
		{line, []string{"vf-paste", "--method", "stdout"}},
		{"", []string{"vf-record", "--input", recording("sentence-06")}},
		{"", []string{"vf-health", "config", "show"}},
	}
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		for _, flag := range []string{"--help", "--version", "--settings", "--docs=man"} {
			if program != "vf-health" || flag != "--settings" {
				tests = append(tests, struct {
					stdin string
					args  []string
				}{"", []string{program, flag}})
			}
		}
	}
	for _, tt := range tests {
		want, _, wantCode := runPlain(t, tt.stdin, nil, tt.args...)
		got, log, code := runPlain(t, tt.stdin, []string{noise}, tt.args...)
		if want == "" || strings.Contains(got, "noise by") || len(got) != len(want) || code != wantCode {
			t.Errorf("%q: exit code %d, not %d; %d bytes, not %d: %.300s", tt.args, code, wantCode, len(got), len(want), got)
		}
		if !strings.Contains(log, "noise by write") {
			t.Errorf("%q: the library's messages are lost", tt.args)
		}
	}
}

// TestLibraryPrintsWithoutStderr: with standard error closed, nobody reads the messages.
func TestLibraryPrintsWithoutStderr(t *testing.T) {
	t.Parallel()
	noise := library(t, "noisy")
	folder := plain(t)
	for _, closed := range []string{"2>&-", "2>&- <&-"} {
		cmd := exec.Command("sh", "-c", `exec env "$1" "$0" --version `+closed, filepath.Join(folder, "vf-paste"), noise)
		if out, err := cmd.Output(); err != nil || !strings.HasPrefix(string(out), "vf-paste version") || strings.Contains(string(out), "noise") {
			t.Errorf("%s: %q, %v", closed, out, err)
		}
	}
}

// TestChildrenPrint: programs that ours start have no way to standard output.
func TestChildrenPrint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// The stand-in looks for any descriptor that leads to the caller's standard output.
	script := `#!/bin/sh
for fd in /proc/$$/fd/*; do
	[ "$(readlink "$fd")" != "` + filepath.Join(dir, "out") + `" ] || echo "noise by $0" >"$fd"
done
echo "noise to standard error" >&2
exit 1
`
	for _, tool := range []string{"ffmpeg", "ffprobe", "xclip", "wl-copy", "tmux"} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "talk.mp3"), "not really music")
	for _, command := range []string{
		"vf-transcribe -f txt " + filepath.Join(dir, "talk.mp3"),
		"echo hello | vf-paste --method tmux",
		"echo hello | vf-paste --method xclip",
		"echo hello | vf-paste --method wl-copy",
	} {
		cmd := exec.Command("sh", "-c", "{ "+command+"; } >"+filepath.Join(dir, "out"))
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "HOME="+dir, "DISPLAY=:99", "WAYLAND_DISPLAY=w", "TMUX=x,1,0")
		log, _ := cmd.CombinedOutput() // it fails in a way of its own
		out, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil || strings.Contains(string(out), "noise") {
			t.Errorf("%s: %q, %v\n%s", command, out, err, log)
		}
	}
}

// TestLibraryFails: a library that ends the process leaves one clear line and exit code 10,
// and what was written before stays.
func TestLibraryFails(t *testing.T) {
	t.Parallel()
	failing := library(t, "failing")
	for how, reason := range map[string]string{
		"abort": "aborted", "exit": "it ended the program", "exit with 0": "it ended the program",
		"read": "segmentation fault in failing.so", "jump": "segmentation fault", "null": "segmentation fault in failing.so",
		"trap":  "illegal instruction in failing.so",
		"raise": "floating point exception", "assertion": "n > 0", "memory": "out of memory", "exception": "logic_error",
	} {
		for _, where := range []string{"", "IN_THREAD=1"} {
			out, log, code := runPlain(t, "", []string{failing, "FAILURE=" + how, where},
				"vf-transcribe", "--log-level", "minimal", "-m", model(),
				"-f", "txt", recording("sentence-06"))
			if out != "" || code != 10 {
				t.Errorf("%s %s: exit code %d, %q", how, where, code, out)
			}
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"event":"library_failed"`) || !strings.Contains(log, reason) {
				t.Errorf("%s %s: %.1000s", how, where, log)
			}
		}
	}
}

// TestLibraryFailsTogether: when several threads fail at the same moment, one is reported,
// with its reason.
func TestLibraryFailsTogether(t *testing.T) {
	t.Parallel()
	failing := library(t, "failing")
	for how, reason := range map[string]string{
		"read": "segmentation fault in failing.so", "abort": "aborted", "exit": "it ended the program", "exception": "logic_error",
	} {
		for range 5 {
			out, log, code := runPlain(t, "", []string{failing, "FAILURE=" + how, "IN_THREAD=8"},
				"vf-transcribe", "--log-level", "minimal", "-m", model(),
				"-f", "txt", recording("sentence-06"))
			if out != "" || code != 10 || strings.Count(log, "\n") != 1 || !strings.Contains(log, reason) {
				t.Errorf("%s: exit code %d, %q\n%.1000s", how, code, out, log)
			}
		}
	}
}

// TestLibraryForks: whatever becomes of a process that a library forks, it ends nothing
// but itself.
func TestLibraryForks(t *testing.T) {
	t.Parallel()
	forking := library(t, "forking")
	for how, status := range map[string]int{"exit": 3 << 8, "abort": 6, "read": 11, "terminate": 6} {
		out, log, code := runPlain(t, "", []string{forking, "CHILD=" + how},
			"vf-transcribe", "--log-level", "minimal", "-m", model(),
			"-f", "txt", recording("sentence-06"))
		if code != 0 || out != "write another letter and bring it home\n" || log != fmt.Sprintf("child: %d\n", status) {
			t.Errorf("%s: exit code %d, %q\n%.1000s", how, code, out, log)
		}
	}
}

// TestLibraryFailsUnheard: nobody reads standard error, and the pipe is full.
func TestLibraryFailsUnheard(t *testing.T) {
	t.Parallel()
	unread, full, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	defer full.Close()
	if err := full.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(full, neverEnding{}); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(filepath.Join(plain(t), "vf-transcribe"), "--log-level", "minimal", "-f", "txt",
		"-m", model(), recording("sentence-06"))
	cmd.Env = append(os.Environ(), "HOME="+home, library(t, "failing"), "FAILURE=abort")
	cmd.Stderr = full
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer stuck.Stop()
	if code := exitCode(t, cmd.Wait()); code != 10 {
		t.Errorf("exit code %d", code)
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

// TestLibraryFailsInLogFile: the log file has the failure and the end of the run.
func TestLibraryFailsInLogFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "log")
	runPlain(t, "", []string{library(t, "failing"), "FAILURE=abort"},
		"vf-transcribe", "--log-file", file, "-f", "txt", recording("sentence-06"))
	log, err := os.ReadFile(file)
	for _, want := range []string{`"event":"library_failed"`, `"exit_code":10`} {
		if err != nil || !strings.Contains(string(log), want) {
			t.Errorf("no %s: %v\n%s", want, err, log)
		}
	}
}

// TestShortOfMemory: whatever runs out first, no trace reaches standard output, and the
// code is one for a recogniser.
func TestShortOfMemory(t *testing.T) {
	t.Parallel()
	folder := plain(t)
	for megabytes := 1600; megabytes <= 3200; megabytes += 200 {
		cmd := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -v %d && exec "$0" "$@"`, megabytes*1024),
			filepath.Join(folder, "vf-transcribe"), "-f", "txt", recording("sentence-06"))
		var log bytes.Buffer
		cmd.Stderr = &log
		out, err := cmd.Output()
		code := exitCode(t, err)
		if len(out) > 0 && (code != 0 || string(out) != "write another letter and bring it home\n") {
			t.Errorf("%d MB: exit code %d, standard output %q", megabytes, code, out)
		}
		if !slices.Contains([]int{0, 10}, code) {
			t.Errorf("%d MB: exit code %d\n%.2000s", megabytes, code, &log)
		}
	}
}

// TestGoTraceStays: a signal from outside still has Go's trace, for those who look for
// mistakes in ours.
func TestGoTraceStays(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT} {
		cmd := exec.Command(filepath.Join(plain(t), "vf-transcribe"))
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		log, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// It warns that it uses the demo model once main has begun in earnest.
		if _, err := log.Read(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		trace, err := io.ReadAll(log)
		if err != nil || !strings.Contains(string(trace), "goroutine 1 ") {
			t.Errorf("%v: %v\n%.1000s", s, err, trace)
		}
		if err := cmd.Wait(); err == nil {
			t.Errorf("%v: exit code 0", s)
		}
	}
}

// TestHostileSettingsAlone: however many settings are dropped, and however few are left,
// every program runs.
func TestHostileSettingsAlone(t *testing.T) {
	t.Parallel()
	folder := plain(t)
	dropped := []string{
		"OMP_PLACES=cores", "OMP_PROC_BIND=true", "OMP_DYNAMIC=false", "KMP_AFFINITY=none", "GOMP_DEBUG=1",
		"VOICEFLOW_STDOUT=77", "OMP_STACKSIZE=1G",
	}
	for _, program := range []string{"vf-record", "vf-vad", "vf-transcribe", "vf-paste", "vf-health"} {
		for n := range len(dropped) + 1 {
			for _, kept := range [][]string{nil, {"LANG=C"}} {
				cmd := exec.Command(filepath.Join(folder, program), "--version")
				cmd.Env = append(slices.Clone(dropped[:n]), kept...)
				if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), program+" version") {
					t.Errorf("%q %s: %v\n%.300s", cmd.Env, program, err, out)
				}
			}
		}
	}
}

// TestHostileSettingsStay: the programs that ours start get neither dropped settings nor
// anything else instead of them.
func TestHostileSettingsStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := "#!/bin/sh\ncat /proc/$$/environ >" + filepath.Join(dir, "environ") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "tmux"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	_, log, _ := runPlain(t, "hello\n", []string{"OMP_PLACES=cores", "VOICEFLOW_STDOUT=77", "TMUX=x,1,0",
		"PATH=" + dir + ":" + os.Getenv("PATH"), "GOMP_DEBUG=1"}, "vf-paste", "--method", "tmux")
	environ, err := os.ReadFile(filepath.Join(dir, "environ"))
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	for _, v := range strings.Split(strings.TrimSuffix(string(environ), "\x00"), "\x00") {
		if v == "" || strings.HasPrefix(v, "OMP_") || strings.HasPrefix(v, "GOMP_DEBUG") || strings.HasPrefix(v, "VOICEFLOW_STDOUT") {
			t.Errorf("a program that vf-paste starts gets %q", v)
		}
	}
	if !strings.Contains(string(environ), "TMUX=") {
		t.Errorf("the other variables are lost: %q", environ)
	}
}

// TestHostileThreads: settings of OpenMP, however large, end no program.
func TestHostileThreads(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		"OMP_NUM_THREADS=100000", "OMP_NUM_THREADS=512", "OMP_NUM_THREADS=-1", "OMP_NUM_THREADS=4,3,2", "OMP_STACKSIZE=100G", "GOMP_STACKSIZE=99999999999",
		"OMP_THREAD_LIMIT=1", "OMP_PLACES={0}:1000000000", "GOMP_CPU_AFFINITY=0-4000000000", "OMP_WAIT_POLICY=x",
		"GOMP_SPINCOUNT=-7", "KMP_STACKSIZE=1T", "OMP_DISPLAY_ENV=verbose", "OMP_TARGET_OFFLOAD=mandatory", "GOMP_DEBUG=1",
		"OPENBLAS_NUM_THREADS=100000",
	} {
		out, log, code := runPlain(t, "", []string{hostile}, "vf-transcribe", "--log-level", "minimal",
			"-m", model(), "-f", "txt", recording("sentence-06"))
		if code != 0 || out != "write another letter and bring it home\n" || log != "" {
			t.Errorf("%s: exit code %d, %q\n%.1000s", hostile, code, out, log)
		}
	}
}
