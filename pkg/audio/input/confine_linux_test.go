package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// confined runs a shell command that is confined to reading file, and returns what
// it prints.
func confined(t *testing.T, file *os.File, command string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Stdout, cmd.Stderr = &out, &out
	if file != nil {
		cmd.Stdin = file
	}
	c, err := launch(cmd, file, true)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.wait() // what it printed tells
	return out.String()
}

// TestConfined checks what ffmpeg could do if a file took it over.
func TestConfined(t *testing.T) {
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); errno != 0 {
		t.Skip("this kernel has no Landlock: ", errno)
	}
	dir := t.TempDir()
	own, secret := filepath.Join(dir, "own"), filepath.Join(dir, "secret")
	for _, path := range []string{own, secret} {
		if err := os.WriteFile(path, []byte("words"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for command, want := range map[string]string{
		"cat /dev/fd/0":               "words",
		"cat " + own:                  "words",
		"cat " + secret:               "Permission denied",
		"cat /etc/passwd":             "Permission denied",
		"cat /proc/self/environ":      "Permission denied",
		"ls " + dir:                   "Permission denied",
		"echo x >" + own:              "ermission denied",
		"echo x >" + dir + "/new":     "ermission denied",
		"mkdir " + dir + "/new":       "Permission denied",
		"rm " + secret:                "Permission denied",
		"exec 3<>/dev/tty || echo no": "no",
	} {
		if got := confined(t, file, command); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
	// This program itself stays free.
	if _, err := os.ReadFile(secret); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "new"), nil, 0o666); err != nil {
		t.Error(err)
	}
}

// TestOddProgram checks that an ffmpeg which cannot start when it is confined, such
// as a script that calls another, works as before.
func TestOddProgram(t *testing.T) {
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed; make test installs it on Debian")
	}
	dir, helper := t.TempDir(), filepath.Join(t.TempDir(), "helper")
	script := "#!/bin/sh\nexec " + helper + ` "$@"` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(helper, []byte("#!/bin/sh\nexec "+real+` "$@"`+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	in := encoded(t)
	samples, err := ReadFile(in)
	if err != nil || len(samples) != 32000 {
		t.Errorf("%d samples, %v", len(samples), err)
	}
}

// encoded returns a FLAC file of 2 s.
func encoded(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.flac")
	out, err := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=2:r=16000", path).CombinedOutput()
	if err != nil {
		t.Skipf("ffmpeg is not installed or cannot write FLAC: %v: %s", err, out)
	}
	return path
}

// asChild is set in a copy of the test program that TestNothingLeft starts: it opens
// that file, or as - its standard input, and then waits.
const asChild = "VOICEFLOW_TEST_OPEN"

func TestMain(m *testing.M) {
	path := os.Getenv(asChild)
	if path == "" {
		os.Exit(m.Run())
	}
	f := &ffmpeg{log: newFFmpegLog("", 0), patience: newPatience(true)}
	in := ffmpegInput{stream: os.Stdin}
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		in = ffmpegInput{file: file, path: path}
	}
	cmd := exec.Command("ffmpeg", Options{}.ffmpegArgs(in)...)
	if err := f.start(cmd, in, startsConfined(cmd.Path, trialTime)); err != nil {
		panic(err)
	}
	fmt.Println(f.child.cmd.Process.Pid)
	select {}
}

// TestNothingLeft checks that ffmpeg ends with the program, even if that is killed
// while ffmpeg waits for its output to be read, or for input.
func TestNothingLeft(t *testing.T) {
	long := filepath.Join(t.TempDir(), "long.flac")
	encode := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "sine=d=600:r=16000", long)
	if out, err := encode.CombinedOutput(); err != nil {
		t.Skipf("ffmpeg is not installed or cannot write FLAC: %v: %s", err, out)
	}
	for _, path := range []string{long, "-"} {
		for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT} {
			t.Run(fmt.Sprint(filepath.Base(path), " ", sig), func(t *testing.T) {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), asChild+"="+path)
				stdin, err := cmd.StdinPipe() // never closed by this side before the check
				if err != nil {
					t.Fatal(err)
				}
				defer stdin.Close()
				cmd.Stderr = os.Stderr
				out, err := cmd.StdoutPipe()
				if err == nil {
					err = cmd.Start()
				}
				if err != nil {
					t.Fatal(err)
				}
				line, err := bufio.NewReader(out).ReadString('\n')
				pid, perr := strconv.Atoi(strings.TrimSpace(line))
				if err != nil || perr != nil {
					t.Fatal(line, err, perr)
				}
				began := time.Now()
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				_ = cmd.Wait() // by a signal
				for !hasEnded(pid) {
					if time.Since(began) > 20*time.Second {
						t.Fatalf("ffmpeg, process %d, is still there", pid)
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
	}
}

// hasEnded reports whether a process is gone, or a zombie that nobody waited for.
func hasEnded(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || bytes.Contains(stat, []byte(") Z "))
}

// TestSpoolHasNoName checks that nothing is left of a temporary file, even if the
// program is killed.
func TestSpoolHasNoName(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	content := strings.Repeat("sound", spoolStep/3)
	file, err := spool(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left in TMPDIR: %v, %v", entries, err)
	}
	if data, err := io.ReadAll(file); err != nil || string(data) != content {
		t.Errorf("%d bytes, want %d; %v", len(data), len(content), err)
	}
}

// TestPatience checks when a decoder takes too long.
func TestPatience(t *testing.T) {
	for name, p := range map[string]patience{
		"silent": {silence: 20 * time.Millisecond},
		"slow":   {silence: time.Hour, slack: time.Second, waited: 2 * time.Second, bytes: 4 * 8000},
	} {
		cmd := exec.Command("sleep", "1000")
		out, toOut, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout = toOut
		f := &ffmpeg{log: newFFmpegLog("", 0), patience: p, out: out}
		if f.child, err = launch(cmd, nil, false); err != nil {
			t.Fatal(err)
		}
		toOut.Close()
		_, err = f.Read(make([]byte, 10))
		if !errors.Is(err, errUnreadable) || !strings.Contains(err.Error(), "took too long") {
			t.Errorf("%s: %v", name, err)
		}
		if !hasEnded(cmd.Process.Pid) {
			t.Errorf("%s: it still runs", name)
		}
	}
}

// TestPatienceWithStreams checks that a decoder may wait for its input.
func TestPatienceWithStreams(t *testing.T) {
	out, toOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, toFrom := io.Pipe()
	p := patience{silence: 5 * time.Millisecond}
	f := startFeed(toOut, from)
	time.AfterFunc(100*time.Millisecond, func() { _, _ = toFrom.Write([]byte("late")) }) // a failure shows below
	buf := make([]byte, 10)
	if n, err := p.read(out, buf, f); err != nil || string(buf[:n]) != "late" {
		t.Errorf("%q, %v", buf[:n], err)
	}
}

// TestLogIsClean checks what is quoted from a file.
func TestLogIsClean(t *testing.T) {
	l := newFFmpegLog("file:x", 0)
	fmt.Fprintf(l, "[mp3 @ 0x1] [error] file:x: a\x1b[31m\u202e\x07%s\n", strings.Repeat("b", 1000))
	got := l.reason(nil)
	if strings.ContainsAny(got, "\x1b\u202e\x07") || len(got) > 250 {
		t.Errorf("%q", got)
	}
	for range 100 {
		fmt.Fprint(l, strings.Repeat("x", 10000))
	}
	if len(l.partial) > 2*maxLogLine {
		t.Errorf("%d bytes of a line without an end are kept", len(l.partial))
	}
}

// TestSizeLimits checks how much sound a file of some size may have.
func TestSizeLimits(t *testing.T) {
	for _, tt := range []struct {
		bytes, seconds int64
		ok             bool
	}{
		{0, 3600, true}, {0, 3601, false}, {20_000, 2 * 3600, true}, {20_000, 9000, false},
		{82_000, 3600, true}, {100_000, 3600, true}, {400_000, 4 * 3600, true}, {1 << 40, 1 << 30, true},
	} {
		err := sizeLimit(func() int64 { return tt.bytes })(tt.seconds * 16000)
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrTooLong) {
			t.Errorf("%d bytes, %d s: %v", tt.bytes, tt.seconds, err)
		}
	}
	if err := durationLimit(Unlimited)(1 << 46); err != nil {
		t.Error(err)
	}
}
