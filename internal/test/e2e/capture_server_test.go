package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/internal/test/pulse"
)

// server is a private PulseAudio. Its only sink, vf, is silent, and the sink's monitor
// serves PortAudio as a microphone.
type server struct {
	t    testing.TB
	env  []string // for programs that use the server
	sink string   // arguments of the sink
	cmd  *exec.Cmd
}

func startServer(t testing.TB, sink string) *server {
	t.Helper()
	home := t.TempDir()
	asound := "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
	if err := os.WriteFile(filepath.Join(home, ".asoundrc"), []byte(asound), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, sink: sink, env: append(os.Environ(), "HOME="+home, "PULSE_RUNTIME_PATH="+home, "XDG_RUNTIME_DIR="+home)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// start starts the server and returns when it answers. With norewinds, the null sink
// renders silence 50 ms ahead, as a sound card would, instead of 2 s.
func (s *server) start() {
	s.t.Helper()
	s.cmd = pulse.Start(s.t, s.env, "module-null-sink sink_name=vf norewinds=1 "+s.sink)
}

// kill ends the server as a crash does; it may be called twice.
func (s *server) kill() { pulse.Stop(s.cmd) }

// play plays samples into the sink. The channel receives the result once they are
// played.
func (s *server) play(samples []int16, channels int) <-chan error {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "play.wav")
	writeWAV(s.t, path, samples, channels)
	cmd := exec.Command("paplay", "-d", "vf", path)
	cmd.Env = s.env
	ended := make(chan error, 1)
	go func() { ended <- cmd.Run() }()
	return ended
}

// recorder is a vf-record that records the server's microphone.
type recorder struct {
	t     testing.TB
	cmd   *exec.Cmd
	out   *os.File
	log   bytes.Buffer // valid after end
	path  string       // of the WAV file that it writes too
	began time.Time    // when the first samples came
	heard []int16
}

// record starts vf-record and returns when the first sample has come.
func (s *server) record(args ...string) *recorder {
	s.t.Helper()
	r := &recorder{t: s.t, path: filepath.Join(s.t.TempDir(), "heard.wav")}
	r.cmd = group(s.t, "vf-record", append([]string{"-o", "-", "-o", r.path}, args...)...)
	r.cmd.Env, r.cmd.Stderr = s.env, &r.log
	out, in, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	r.out, r.cmd.Stdout = out, in
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	in.Close()
	s.t.Cleanup(func() { out.Close() })
	r.read(1)
	r.began = time.Now()
	return r
}

// read waits for n more samples. It returns false if the output ends first.
func (r *recorder) read(n int) bool {
	r.t.Helper()
	if err := r.out.SetReadDeadline(time.Now().Add(await.Patience)); err != nil {
		r.t.Fatal(err)
	}
	buf := make([]byte, 2*n)
	m, err := io.ReadFull(r.out, buf)
	r.heard = append(r.heard, samplesOf(buf[:m])...)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		r.t.Fatalf("wait for samples: %v; log: %s", err, r.log.String())
	}
	return err == nil
}

// listen reads until everything that is played has been heard.
func (r *recorder) listen(played <-chan error) {
	r.t.Helper()
	for {
		select {
		case err := <-played:
			if err != nil {
				r.t.Fatalf("paplay: %v", err)
			}
			r.read(second) // samples still on their way
			return
		default:
			r.read(second / 10)
		}
	}
}

// end reads the remaining output, checks the exit code, and compares the WAV file with
// the output.
func (r *recorder) end(code int) {
	r.t.Helper()
	for r.read(second) {
	}
	if got := await.Exit(r.t, r.cmd, await.Patience); got != code {
		r.t.Errorf("exit code %d, want %d; log: %s", got, code, r.log.String())
	}
	data, err := os.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	if want := wavOf(r.heard, 1); !bytes.Equal(data, want) {
		r.t.Errorf("the WAV file (%d bytes) differs from the output (%d bytes as WAV)", len(data), len(want))
	}
}

// stop presses Ctrl-C and returns all samples heard.
func (r *recorder) stop(code int) []int16 {
	r.t.Helper()
	interrupt(r.t, r.cmd, syscall.SIGINT)
	r.end(code)
	return r.heard
}
