package e2e

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/input"
)

// live is a vf-record that plays a recording in real time, as PCM.
type live struct {
	cmd *exec.Cmd
	out io.Reader
	log string // path of its log file
}

// recordLive starts vf-record with args, the last of which names the recording.
func recordLive(t *testing.T, args ...string) live {
	t.Helper()
	l := live{log: filepath.Join(t.TempDir(), "log")}
	args[len(args)-1] = recording(args[len(args)-1])
	args = append([]string{"--realtime", "--log-file", l.log, "-o", "-"}, args...)
	args = append(args[:len(args)-1], "--input", args[len(args)-1])
	l.cmd = group(t, "vf-record", args...)
	l.cmd.Stderr = nil                                               // the messages are in the log file
	l.cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir()) // it is the only recorder there
	var err error
	if l.out, err = l.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return l
}

// read waits for the next seconds of sound.
func (l live) read(t *testing.T, seconds float64) []byte {
	t.Helper()
	b := make([]byte, 2*int(seconds*audio.SampleRate))
	if _, err := io.ReadFull(l.out, b); err != nil {
		t.Fatalf("%v: %v", l.cmd.Args, err)
	}
	return b
}

// end reads the rest and checks the exit code.
func (l live) end(t *testing.T, code int) []byte {
	t.Helper()
	rest, err := io.ReadAll(l.out)
	if err != nil {
		t.Fatal(err)
	}
	if got := await.Exit(t, l.cmd, await.Patience); got != code {
		t.Errorf("%v: exit code %d, want %d", l.cmd.Args, got, code)
	}
	return rest
}

// awaitLog waits until the log contains words n times.
func (l live) awaitLog(t *testing.T, words string, n int) {
	t.Helper()
	await.True(t, words, func() bool {
		log, err := os.ReadFile(l.log)
		return err == nil && strings.Count(string(log), words) >= n
	})
}

func pcmOf(t *testing.T, name string) []byte {
	t.Helper()
	wav, err := os.ReadFile(recording(name))
	if err != nil {
		t.Fatal(err)
	}
	return wav[44:]
}

// TestPause: the sound of a pause is missing, and nothing else.
func TestPause(t *testing.T) {
	t.Parallel()
	all := pcmOf(t, "timing-rapid")
	l := recordLive(t, "timing-rapid")
	heard := l.read(t, 0.5)
	interrupt(t, l.cmd, syscall.SIGUSR1)
	l.awaitLog(t, "paused", 1)
	<-time.After(300 * time.Millisecond) // a pause has a length: in a shorter one, no sound may come
	interrupt(t, l.cmd, syscall.SIGUSR1)
	l.awaitLog(t, `"pre_roll":0,`, 1)
	heard = append(heard, l.end(t, 0)...)
	same := 0
	for same < len(heard) && heard[same] == all[same] {
		same++
	}
	if len(heard) >= len(all) || !bytes.HasSuffix(all, heard[same:]) {
		t.Errorf("recorded %d of %d bytes; after %d equal bytes, the rest is not the recording's end", len(heard), len(all), same)
	}
}

// TestPauseShorterThanPreRoll: the pre-roll restores the whole pause, and nothing is
// recorded twice.
func TestPauseShorterThanPreRoll(t *testing.T) {
	t.Parallel()
	l := recordLive(t, "--pre-roll", "1m", "timing-rapid")
	heard := l.read(t, 0.5)
	for i := range 2 {
		interrupt(t, l.cmd, syscall.SIGUSR1)
		l.awaitLog(t, "paused", i+1)
		interrupt(t, l.cmd, syscall.SIGUSR1)
		l.awaitLog(t, "resumed", i+1)
	}
	heard = append(heard, l.end(t, 0)...)
	if !bytes.Equal(heard, pcmOf(t, "timing-rapid")) {
		t.Errorf("the %d bytes differ from the recording", len(heard))
	}
}

// TestArmed: the pre-roll keeps the sound before the recorder is resumed, and
// --max-duration limits the recorded sound.
func TestArmed(t *testing.T) {
	t.Parallel()
	l := recordLive(t, "--armed", "--pre-roll", "1m", "--max-duration", "5s", "timing-rapid")
	await.Size(t, l.log, 0) // now its signal handlers are installed
	interrupt(t, l.cmd, syscall.SIGUSR1)
	l.awaitLog(t, "resumed", 1)
	if heard := l.end(t, 0); !bytes.Equal(heard, pcmOf(t, "timing-rapid")[:5*2*audio.SampleRate]) {
		t.Errorf("%d bytes are not the first 5 s", len(heard))
	}
}

// TestPausedBeforeItBegins: a signal takes effect even while the input is being
// opened, here a pipe without a writer.
func TestPausedBeforeItBegins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo, log := filepath.Join(dir, "fifo.wav"), filepath.Join(dir, "log")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	// In real time, since Go delivers a signal some time after it has come.
	cmd := group(t, "vf-record", "--input", fifo, "--realtime", "--log-file", log)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, nil
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await.Size(t, log, 0)
	interrupt(t, cmd, syscall.SIGUSR1)
	wav, err := os.ReadFile(recording("sentence-01"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fifo, wav, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := await.Exit(t, cmd, await.Patience); code != 0 || out.Len() > len(wav)/2 {
		t.Errorf("exit code %d, %d of %d bytes recorded during the pause", code, out.Len(), len(wav))
	}
	if messages, err := os.ReadFile(log); err != nil || !strings.Contains(string(messages), "paused") {
		t.Errorf("log: %s, %v", messages, err)
	}
}

// pcmIn returns the PCM of a WAV file, with the length given in its header.
func pcmIn(t *testing.T, path string) []byte {
	t.Helper()
	samples, err := input.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return audio.EncodePCM(nil, samples)
}
